import type { Column } from '../../lib/columns.ts';
import { formatNumber, formatSeconds } from '../../lib/format-cell.ts';
import type { RunGroup } from '../../lib/rows.ts';
import { type RowActions, rowName } from './run-line.tsx';

export interface GroupLineProps {
  readonly group: RunGroup;
  /** Names it to `actions.toggle`. */
  readonly name: string;
  readonly index: number;
  readonly active: boolean;
  readonly open: boolean;
  readonly columns: readonly Column[];
  readonly averaged: readonly string[];
  readonly actions: RowActions;
}

/** A group: what its runs have in common, and their means with 95 % intervals. */
export function GroupLine({ group, name, index, active, open, columns, averaged, actions }: GroupLineProps) {
  const { value, experiment, stage, runs } = group;
  const title =
    value === null ? [experiment, stage].filter((part) => part !== null).join(' ') || 'nothing there' : String(value);
  return (
    <tr
      {...rowName(index)}
      aria-level={1}
      aria-expanded={open}
      class={active ? 'group active' : 'group'}
      onClick={() => actions.activate(index)}
    >
      <td class="tick">
        <button
          type="button"
          class="plain small"
          tabIndex={-1}
          aria-label={`${open ? 'Close' : 'Open'} ${title}`}
          onClick={() => actions.toggle(name)}
        >
          {open ? '▾' : '▸'}
        </button>
      </td>
      <td class="name">
        <strong>{title}</strong>
        <span class="quiet">
          {runs.length} {runs.length === 1 ? 'run' : 'runs'}
        </span>
      </td>
      {columns.map(({ id, type }) => {
        const mean = group.means[averaged.indexOf(id)];
        if (mean === undefined || mean === null)
          return (
            <td key={id} class="quiet">
              {id === 'stage' ? (stage ?? '') : ''}
            </td>
          );
        const write = type === 'duration' ? formatSeconds : formatNumber;
        const half = mean.interval === null ? undefined : (mean.interval[1] - mean.interval[0]) / 2;
        const told =
          mean.interval === null
            ? `of ${mean.n} run`
            : `mean of ${mean.n} runs; 95 % interval ${write(mean.interval[0])} to ${write(mean.interval[1])}`;
        return (
          <td key={id} class="number" title={told}>
            {write(mean.mean)}
            {half !== undefined && <span class="delta">±{write(half)}</span>}
          </td>
        );
      })}
    </tr>
  );
}

export function PendingLine({ index }: { readonly index: number }) {
  return (
    <tr {...rowName(index)} class="pending">
      <td class="quiet">Its runs are on their way…</td>
    </tr>
  );
}
