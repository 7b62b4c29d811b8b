import { shortId } from '@retort/tracking/filter';
import { Component } from 'preact';
import { type Column, type Value, valueIn } from '../../lib/columns.ts';
import { formatCell, formatDelta } from '../../lib/format-cell.ts';
import { runUrl } from '../../lib/route.ts';
import type { RunRow } from '../../lib/rows.ts';

/** What can be done in the table. The same functions for all rows and for as long as the table is there, so that none is drawn again for them. */
export interface RowActions {
  activate(index: number): void;
  select(run: string): void;
  pin(run: string): void;
  edit(run: RunRow): void;
  toggle(group: string): void;
}

export interface RunLineProps {
  readonly run: RunRow;
  /** Its place among the rows, from 0; the baseline above them has none. */
  readonly index?: number;
  readonly active: boolean;
  /** 2: below a group. */
  readonly level: 1 | 2;
  readonly columns: readonly Column[];
  readonly baseline: RunRow | undefined;
  readonly selected: boolean;
  /** There is time to draw what can wait. */
  readonly resting: boolean;
  readonly actions: RowActions;
}

/** A run. Scrolling draws only those that come into sight: a row is drawn again when something of its own has changed. */
export class RunLine extends Component<RunLineProps, { readonly pointed: boolean }> {
  override state = { pointed: false };
  /** Whether it has its buttons; it keeps them. */
  #complete = false;

  override shouldComponentUpdate(next: RunLineProps, { pointed }: { readonly pointed: boolean }): boolean {
    const { run, index, active, level, columns, baseline, selected } = this.props;
    return (
      (!this.#complete && (pointed || next.resting)) ||
      run !== next.run ||
      index !== next.index ||
      active !== next.active ||
      level !== next.level ||
      columns !== next.columns ||
      baseline !== next.baseline ||
      selected !== next.selected
    );
  }

  override render({ run, index, active, level, columns, baseline, selected, resting, actions }: RunLineProps) {
    const name = `${run.project} ${shortId(run.run)}`;
    const pinned = index === undefined;
    const classes = ['run', active && 'active', pinned && 'pinned', level === 2 && 'inner', run.archived && 'archived'];
    // Buttons are a third of what there is to draw, and nobody uses them while the table scrolls.
    this.#complete ||= this.state.pointed || active || pinned || resting;
    return (
      <tr
        {...(pinned ? {} : rowName(index))}
        aria-level={level === 2 ? 2 : undefined}
        aria-selected={selected}
        class={classes.filter(Boolean).join(' ')}
        onClick={pinned ? undefined : () => actions.activate(index)}
        onPointerEnter={() => this.setState({ pointed: true })}
      >
        <td class="tick">
          <input
            type="checkbox"
            tabIndex={-1}
            aria-label={`Select ${name}`}
            checked={selected}
            onChange={() => actions.select(run.run)}
          />
        </td>
        <td class="name">
          <a href={runUrl(run.run)} tabIndex={-1} title={run.run}>
            {run.project} <span class="mono quiet">{shortId(run.run)}</span>
          </a>
          {run.notes !== '' && (
            <span class="quiet" title={run.notes}>
              <span aria-hidden="true">✎</span>
              <span class="unseen">has notes</span>
            </span>
          )}
          {this.#complete && <RunButtons {...{ run, name, pinned, actions }} />}
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
}

/** What a row is called; `index` is its place among the rows, from 0. */
export function rowName(index: number) {
  // The head is the first row.
  return { id: `row-${index}`, 'aria-rowindex': index + 2 };
}

interface RunButtonsProps extends Pick<RunLineProps, 'run' | 'actions'> {
  readonly name: string;
  readonly pinned: boolean;
}

function RunButtons({ run, name, pinned, actions }: RunButtonsProps) {
  return (
    <span class="row-actions">
      <button
        type="button"
        tabIndex={-1}
        class="plain small"
        onClick={() => actions.edit(run)}
        aria-label={`Notes and tags of ${name}`}
      >
        edit
      </button>
      <button
        type="button"
        tabIndex={-1}
        class="plain small"
        aria-pressed={pinned}
        onClick={() => actions.pin(run.run)}
        aria-label={`${name} as baseline`}
      >
        {pinned ? 'baseline' : 'pin'}
      </button>
    </span>
  );
}

interface CellProps {
  readonly column: Column;
  readonly value: Value | undefined;
  readonly base: Value | undefined;
  readonly run: RunRow;
}

/** Characters that every column has room for; cells with more are cut off at their edge, which costs each of them. */
const roomFor = 9;

function Cell({ column: { type }, value, base, run }: CellProps) {
  if (type === 'status') return <StatusCell status={run.status} reason={run.exitReason} />;
  if (type === 'tags') {
    return (
      <td class="cut">
        {run.tags.map((tag) => (
          <span key={tag} class="tag">
            {tag}
          </span>
        ))}
      </td>
    );
  }
  const text = formatCell(value, type);
  const numeric = typeof value === 'number';
  const compared = numeric && typeof base === 'number' && type !== 'duration';
  const long = text.length > roomFor && type !== 'time' && type !== 'duration';
  const told = numeric ? String(value) : text;
  return (
    <td class={`${numeric ? 'number' : ''}${long ? ' cut' : ''}`} title={long || told !== text ? told : undefined}>
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
