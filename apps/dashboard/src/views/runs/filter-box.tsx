import { FilterError, parseFilter } from '@retort/tracking/filter';
import { parseResponse } from 'hono/client';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { usePage } from '../../context.ts';
import { answer } from '../../lib/api.ts';
import { type Names, suggest } from '../../lib/suggest.ts';
import { useQuery } from '../../lib/use-query.ts';

const noNames: Names = { figures: [], metrics: [], config: [] };

/** The names of all figures, curves and parameters; asked for when somebody first needs them. */
export function useNames(needed: boolean): Names {
  const { api } = usePage();
  const { data } = useQuery(needed ? 'names' : undefined, (signal) =>
    answer(parseResponse(api.experiments.fields.$get({}, { init: { signal } }))),
  );
  return data ?? noNames;
}

/** Where a filter is typed: it is read while it is typed, and takes hold by Enter or when the box is left. */
export function FilterBox({ filter, onFilter }: { filter: string; onFilter: (filter: string) => void }) {
  const [text, setText] = useState(filter);
  const [caret, setCaret] = useState<number>();
  const [chosen, setChosen] = useState(-1);
  const input = useRef<HTMLInputElement>(null);
  const names = useNames(caret !== undefined);
  useEffect(() => setText(filter), [filter]);

  const error = useMemo(() => readFilterError(text), [text]);
  const { from, to, options } = useMemo(
    () => (caret === undefined ? { from: 0, to: 0, options: [] } : suggest(text, caret, names)),
    [text, caret, names],
  );
  const apply = () => {
    setCaret(undefined);
    onFilter(text.trim());
  };
  const take = (option: string) => {
    const end = from + option.length;
    setText(text.slice(0, from) + option + text.slice(to));
    setCaret(undefined);
    setChosen(-1);
    // After it is drawn: the caret belongs behind what was taken.
    requestAnimationFrame(() => input.current?.setSelectionRange(end, end));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (options.length === 0) return setCaret(input.current?.selectionStart ?? text.length);
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setChosen((chosen + step + options.length + (chosen < 0 && step < 0 ? 1 : 0)) % options.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (chosen >= 0 && chosen < options.length) take(options[chosen]);
      else apply();
    } else if (event.key === 'Escape') {
      setCaret(undefined);
      setChosen(-1);
    }
  };
  const open = options.length > 0;
  return (
    <div class="filter">
      <input
        ref={input}
        type="text"
        class="mono"
        role="combobox"
        aria-label="Filter"
        aria-autocomplete="list"
        aria-expanded={open}
        aria-controls="filter-options"
        aria-activedescendant={open && chosen >= 0 ? `filter-option-${chosen}` : undefined}
        aria-invalid={error !== undefined}
        aria-describedby={error === undefined ? undefined : 'filter-error'}
        placeholder="stage = distill and validation.accuracy > 0.97"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setCaret(event.currentTarget.selectionStart ?? undefined);
          setChosen(-1);
        }}
        onKeyDown={onKeyDown}
        onBlur={apply}
      />
      <div id="filter-options" class={open ? 'options' : 'options hidden'} role="listbox" aria-label="Names">
        {options.map((option, i) => (
          // The input keeps the focus: its keys choose, and a click takes.
          <div
            key={option}
            id={`filter-option-${i}`}
            class="option mono"
            role="option"
            tabIndex={-1}
            aria-selected={i === chosen}
            onMouseDown={(event) => {
              event.preventDefault();
              take(option);
            }}
          >
            {option}
          </div>
        ))}
      </div>
      {error !== undefined && caret === undefined && (
        <p id="filter-error" class="filter-error" role="alert">
          <span class="mono">
            {text.slice(0, error.position)}
            <mark>{text.slice(error.position, error.position + 1) || '\u00a0'}</mark>
            {text.slice(error.position + 1)}
          </span>
          <span>
            {error.message}, at character {error.position + 1}
          </span>
        </p>
      )}
    </div>
  );
}

/** What keeps a filter from being read. */
export function readFilterError(text: string): FilterError | undefined {
  try {
    parseFilter(text);
    return undefined;
  } catch (error) {
    if (error instanceof FilterError) return error;
    throw error;
  }
}
