import { useEffect, useRef, useState } from 'preact/hooks';
import { quoteName, readColumns, runColumns } from '../../lib/columns.ts';
import type { Names } from '../../lib/suggest.ts';

export interface ColumnDialogProps {
  readonly chosen: readonly string[];
  readonly names: Names;
  readonly onChange: (columns: readonly string[]) => void;
  readonly onClose: () => void;
}

/** Which columns the table has, out of all that runs know, and in which order. */
export function ColumnDialog({ chosen, names, onChange, onClose }: ColumnDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [search, setSearch] = useState('');
  useEffect(() => dialog.current?.showModal(), []);
  const wanted = search.toLowerCase();
  const toggle = (id: string) => onChange(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
  const move = (at: number, to: number) => {
    const order = [...chosen];
    order.splice(to, 0, ...order.splice(at, 1));
    onChange(order);
  };
  const parts = [
    { title: 'Run', ids: runColumns },
    { title: 'Final figures', ids: names.figures.map(quoteName) },
    {
      title: 'Curves',
      ids: names.metrics.flatMap((name) => ['last', 'min', 'max'].map((of) => `${of}(${quoteName(name)})`)),
    },
    { title: 'Parameters', ids: names.config.map((name) => `config.${name}`) },
  ];
  return (
    <dialog ref={dialog} class="columns" aria-labelledby="columns-title" onClose={onClose}>
      <h2 id="columns-title">Columns</h2>
      <ol class="chosen" aria-label="Chosen, from left to right">
        {readColumns(chosen).map(({ id, title }, i) => (
          <li key={id}>
            <span class="mono">{title}</span>
            <button
              type="button"
              class="plain"
              disabled={i === 0}
              aria-label={`${id} further left`}
              onClick={() => move(i, i - 1)}
            >
              ←
            </button>
            <button
              type="button"
              class="plain"
              disabled={i === chosen.length - 1}
              aria-label={`${id} further right`}
              onClick={() => move(i, i + 1)}
            >
              →
            </button>
            <button type="button" class="plain" aria-label={`without ${id}`} onClick={() => toggle(id)}>
              ×
            </button>
          </li>
        ))}
      </ol>
      <input
        type="search"
        aria-label="Find a column"
        placeholder="find"
        value={search}
        onInput={(event) => setSearch(event.currentTarget.value)}
      />
      <div class="all">
        {parts.map(({ title, ids }) => {
          const found = ids.filter((id) => id.toLowerCase().includes(wanted)).slice(0, 200);
          return (
            found.length > 0 && (
              <fieldset key={title}>
                <legend>{title}</legend>
                {found.map((id) => (
                  <label key={id}>
                    <input type="checkbox" checked={chosen.includes(id)} onChange={() => toggle(id)} />
                    <span class="mono">{id}</span>
                  </label>
                ))}
              </fieldset>
            )
          );
        })}
      </div>
      <div class="actions">
        <button type="button" class="primary" onClick={() => dialog.current?.close()}>
          Done
        </button>
        <button type="button" onClick={() => onChange([])}>
          As at first
        </button>
      </div>
    </dialog>
  );
}
