import { type Column, type Value, valueIn } from '../../lib/columns.ts';
import { formatCell, formatDelta, formatNumber, formatSeconds } from '../../lib/format-cell.ts';
import { runUrl } from '../../lib/route.ts';
import type { RunGroup, RunRow } from '../../lib/rows.ts';

interface LineProps {
  readonly id?: string;
  /** Its place in the whole table, from 1, the head's. */
  readonly index?: number;
  readonly active: boolean;
  readonly onActivate?: () => void;
}

export interface RunLineProps extends LineProps {
  readonly run: RunRow;
  /** 2: below a group. */
  readonly level: 1 | 2;
  readonly columns: readonly Column[];
  readonly baseline: RunRow | undefined;
  /** It is the baseline, above the others. */
  readonly pinned?: boolean;
  readonly selected: boolean;
  readonly onToggleRun: (run: string) => void;
  readonly onBase: (run: string) => void;
  readonly onEdit: (run: RunRow) => void;
}

/** A run. */
export function RunLine({
  id,
  index,
  active,
  onActivate,
  run,
  level,
  columns,
  baseline,
  pinned = false,
  selected,
  ...on
}: RunLineProps) {
  const name = `${run.project} ${run.run.slice(0, 8)}`;
  const classes = ['run', active && 'active', pinned && 'pinned', level === 2 && 'inner', run.archived && 'archived'];
  return (
    <tr
      id={id}
      aria-rowindex={index}
      aria-level={level === 2 ? 2 : undefined}
      aria-selected={selected}
      class={classes.filter(Boolean).join(' ')}
      onClick={onActivate}
    >
      <td class="tick">
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={`Select ${name}`}
          checked={selected}
          onChange={() => on.onToggleRun(run.run)}
        />
      </td>
      <td class="name">
        <a href={runUrl(run.run)} tabIndex={-1} title={run.run}>
          {run.project} <span class="mono quiet">{run.run.slice(0, 8)}</span>
        </a>
        <span class="row-actions">
          {run.notes !== '' && (
            <span class="quiet" title={run.notes}>
              <span aria-hidden="true">✎</span>
              <span class="unseen">has notes</span>
            </span>
          )}
          <button
            type="button"
            tabIndex={-1}
            class="plain small"
            onClick={() => on.onEdit(run)}
            aria-label={`Notes and tags of ${name}`}
          >
            edit
          </button>
          <button
            type="button"
            tabIndex={-1}
            class="plain small"
            aria-pressed={pinned}
            onClick={() => on.onBase(run.run)}
            aria-label={`${name} as baseline`}
          >
            {pinned ? 'baseline' : 'pin'}
          </button>
        </span>
      </td>
      {columns.map((column) => (
        <Cell
          key={column.id}
          column={column}
          value={valueIn(run, column)}
          base={pinned || baseline === undefined ? undefined : valueIn(baseline, column)}
          run={run}
        />
      ))}
    </tr>
  );
}

function Cell({
  column,
  value,
  base,
  run,
}: {
  column: Column;
  value: Value | undefined;
  base: Value | undefined;
  run: RunRow;
}) {
  const { type } = column;
  const text = formatCell(value, type);
  if (type === 'status') return <StatusCell status={run.status} reason={run.exitReason} />;
  if (type === 'tags') {
    return (
      <td>
        {run.tags.map((tag) => (
          <span key={tag} class="tag">
            {tag}
          </span>
        ))}
      </td>
    );
  }
  const numeric = typeof value === 'number';
  const compared = numeric && typeof base === 'number' && type !== 'duration';
  return (
    <td class={numeric ? 'number' : undefined} title={numeric ? String(value) : text}>
      {text}
      {compared && <span class="delta">{formatDelta(value, base)}</span>}
    </td>
  );
}

/** A word and a sign, for those who see no colour. */
const signs = { running: '●', succeeded: '✓', failed: '✕', killed: '■' } as const;

function StatusCell({ status, reason }: { status: RunRow['status']; reason: string | null }) {
  return (
    <td title={reason ?? undefined}>
      <span class={`status ${status}`}>
        <span aria-hidden="true">{signs[status]}</span> {status}
      </span>
    </td>
  );
}

export interface GroupLineProps extends LineProps {
  readonly group: RunGroup;
  readonly open: boolean;
  readonly columns: readonly Column[];
  readonly averaged: readonly string[];
  readonly onToggle: () => void;
}

/** A group: what its runs have in common, and their means with 95 % intervals. */
export function GroupLine({ id, index, active, onActivate, group, open, columns, averaged, onToggle }: GroupLineProps) {
  const { value, experiment, stage, runs } = group;
  const title =
    value === null ? [experiment, stage].filter((part) => part !== null).join(' ') || 'nothing there' : String(value);
  return (
    <tr
      id={id}
      aria-rowindex={index}
      aria-level={1}
      aria-expanded={open}
      class={active ? 'group active' : 'group'}
      onClick={onActivate}
    >
      <td class="tick">
        <button
          type="button"
          class="plain small"
          tabIndex={-1}
          aria-label={`${open ? 'Close' : 'Open'} ${title}`}
          onClick={onToggle}
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
      {columns.map(({ id: name, type }) => {
        const mean = group.means[averaged.indexOf(name)];
        if (mean === undefined || mean === null)
          return (
            <td key={name} class="quiet">
              {name === 'stage' ? (stage ?? '') : ''}
            </td>
          );
        const write = type === 'duration' ? formatSeconds : formatNumber;
        const half = mean.interval === null ? undefined : (mean.interval[1] - mean.interval[0]) / 2;
        const told =
          mean.interval === null
            ? `of ${mean.n} run`
            : `mean of ${mean.n} runs; 95 % interval ${write(mean.interval[0])} to ${write(mean.interval[1])}`;
        return (
          <td key={name} class="number" title={told}>
            {write(mean.mean)}
            {half !== undefined && <span class="delta">±{write(half)}</span>}
          </td>
        );
      })}
    </tr>
  );
}

export function PendingLine({ id, index, width }: LineProps & { readonly width: number }) {
  return (
    <tr id={id} aria-rowindex={index} class="pending">
      <td class="quiet" colSpan={width}>
        Its runs are on their way…
      </td>
    </tr>
  );
}
