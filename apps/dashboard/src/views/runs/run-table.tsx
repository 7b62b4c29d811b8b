import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type Column, valueIn } from '../../lib/columns.ts';
import { navigate } from '../../lib/navigation.ts';
import { runUrl } from '../../lib/route.ts';
import type { Row, RunRow } from '../../lib/rows.ts';
import { GroupLine, PendingLine } from './group-line.tsx';
import { type RowActions, RunLine } from './run-line.tsx';
import { TableHead } from './table-head.tsx';
import { rowHeight, useVisibleRange } from './use-visible-range.ts';

export interface RunTableProps {
  readonly rows: readonly Row[];
  /** Rows that there are, loaded or not. */
  readonly count: number;
  readonly columns: readonly Column[];
  readonly sort: string;
  readonly grouped: boolean;
  /** The columns that groups have means of, in the groups' order. */
  readonly averaged: readonly string[];
  readonly baseline: RunRow | undefined;
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (runs: ReadonlySet<string>) => void;
  readonly onSort: (sort: string) => void;
  readonly onBase: (run: string) => void;
  readonly onEdit: (run: RunRow) => void;
  readonly onToggle: (group: string) => void;
  /** The end of what is loaded is near. */
  readonly onEnd: () => void;
}

/** A grid of which only the rows that are to be seen are drawn. One stop of the tab key; within it the arrows go from row to row. */
export function RunTable(props: RunTableProps) {
  const { rows, count, columns, baseline, selected } = props;
  const { box, range, resting } = useVisibleRange(rows.length);
  const { from, to } = range;
  const [active, setActive] = useState(0);
  const at = Math.min(active, Math.max(0, rows.length - 1));
  useEffect(() => {
    if (!props.grouped && rows.length < count && to + 100 > rows.length) props.onEnd();
  }, [to, rows.length, count]);

  const show = (index: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, index));
    setActive(next);
    const element = box.current;
    if (element === null) return;
    // The head, and the baseline if there is one, lie over the first rows.
    const covered = rowHeight * (baseline === undefined ? 1 : 2);
    const top = next * rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + rowHeight + covered > element.scrollTop + element.clientHeight)
      element.scrollTop = top + rowHeight + covered - element.clientHeight;
  };
  const shown = useRef(props);
  shown.current = props;
  const actions = useMemo<RowActions>(
    () => ({
      activate: setActive,
      select(run) {
        const changed = new Set(shown.current.selected);
        if (!changed.delete(run)) changed.add(run);
        shown.current.onSelect(changed);
      },
      pin: (run) => shown.current.onBase(run),
      edit: (run) => shown.current.onEdit(run),
      toggle: (group) => shown.current.onToggle(group),
    }),
    [],
  );
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor((box.current?.clientHeight ?? 0) / rowHeight) - 2);
    const moves: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: rows.length - 1,
    };
    const row = rows[at];
    if (moves[event.key] !== undefined) show(moves[event.key]);
    else if (row?.kind === 'group' && ['Enter', ' ', 'ArrowRight', 'ArrowLeft'].includes(event.key)) {
      if (event.key !== (row.open ? 'ArrowRight' : 'ArrowLeft')) actions.toggle(row.key);
    } else if (row?.kind === 'run' && event.key === 'Enter') navigate(runUrl(row.run.run));
    else if (row?.kind === 'run' && event.key === ' ') actions.select(row.run.run);
    else if (row?.kind === 'run' && event.key === 'b') actions.pin(row.run.run);
    else if (row?.kind === 'run' && event.key === 'e') actions.edit(row.run);
    else return;
    event.preventDefault();
  };

  const numeric = useMemo(() => numericColumns(columns, rows), [columns, rows]);
  const compared = props.grouped || baseline !== undefined;
  const widthOf = (column: Column) => columnWidth(column, compared && numeric.has(column.id));
  const width = columns.reduce((sum, column) => sum + widthOf(column), 0);
  const tracks = columns.map((column) => `minmax(${widthOf(column)}px, ${widthOf(column)}fr)`).join(' ');
  const line = { columns, baseline, actions, resting };
  // A table whose rows take keys (https://www.w3.org/WAI/ARIA/apg/patterns/grid/), which HTML has no element of its own for.
  const grid = {
    role: props.grouped ? 'treegrid' : 'grid',
    tabIndex: 0,
    'aria-label': 'Runs',
    'aria-rowcount': count + 1,
    'aria-colcount': columns.length + 2,
    'aria-multiselectable': true,
    'aria-describedby': 'run-table-keys',
    'aria-activedescendant': rows[at] === undefined || at < from || at >= to ? undefined : `row-${at}`,
  } as const;
  return (
    <div class="table-box" ref={box}>
      <table
        {...grid}
        class="runs"
        style={{ '--tracks': tracks, width: `max(100%, calc(var(--name) + ${width}px))` }}
        onKeyDown={onKeyDown}
      >
        <TableHead
          columns={columns}
          numeric={numeric}
          sort={props.sort}
          sortable={!props.grouped}
          onSort={props.onSort}
        />
        {baseline !== undefined && (
          <tbody class="pinned">
            <RunLine {...line} run={baseline} level={1} selected={selected.has(baseline.run)} active={false} />
          </tbody>
        )}
        {/* What is above is room, not rows with places of their own: a style a row would make the browser work out the styles of all its cells. */}
        <tbody class="rows" style={{ height: `${count * rowHeight}px`, paddingTop: `${from * rowHeight}px` }}>
          {rows.slice(from, to).map((row, i) => {
            const index = from + i;
            const own = { index, active: index === at };
            if (row.kind === 'pending') return <PendingLine key={row.key} index={index} />;
            if (row.kind === 'group')
              return (
                <GroupLine
                  key={row.key}
                  {...{ ...own, columns, actions }}
                  group={row.group}
                  name={row.key}
                  open={row.open}
                  averaged={props.averaged}
                />
              );
            return (
              <RunLine
                key={row.key}
                {...{ ...own, ...line }}
                run={row.run}
                level={row.level}
                selected={selected.has(row.run.run)}
              />
            );
          })}
        </tbody>
      </table>
      <p class="unseen" id="run-table-keys">
        Arrow keys go from run to run, space selects, enter opens, b makes a run the baseline, e edits notes and tags.
      </p>
    </div>
  );
}

/** In pixels; with room for a difference or an interval where there is one. */
function columnWidth({ type, title }: Column, compared: boolean): number {
  const least = { text: 96, number: 96, time: 148, duration: 96, status: 112, tags: 120, any: 96 }[type];
  return Math.min(280, Math.max(least + (compared ? 74 : 0), title.length * 6.8 + 38));
}

/** The columns whose values are numbers, as far as the first rows tell; their heads stand over the numbers. */
function numericColumns(columns: readonly Column[], rows: readonly Row[]): ReadonlySet<string> {
  const some = rows.slice(0, 50).flatMap((row) => (row.kind === 'run' ? [row.run] : []));
  const numeric = columns.filter((column) => {
    if (column.type !== 'any') return column.type === 'number' || column.type === 'duration';
    return some.length === 0 || some.some((run) => typeof valueIn(run, column) === 'number');
  });
  return new Set(numeric.map(({ id }) => id));
}
