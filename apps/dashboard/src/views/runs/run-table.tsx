import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type Column, valueIn } from '../../lib/columns.ts';
import { navigate } from '../../lib/navigation.ts';
import { runUrl } from '../../lib/route.ts';
import type { Row, RunRow } from '../../lib/rows.ts';
import { visibleRange } from '../../lib/virtual.ts';
import { TableHead } from './table-head.tsx';
import { GroupLine, PendingLine, RunLine } from './table-rows.tsx';

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

/** As `--row` in runs.css, in pixels. */
const rowHeight = 32;

/** A grid of which only the rows that are to be seen are drawn. One stop of the tab key; within it the arrows go from row to row. */
export function RunTable(props: RunTableProps) {
  const { rows, count, columns, baseline, selected } = props;
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 800 });
  const [active, setActive] = useState(0);
  const at = Math.min(active, Math.max(0, rows.length - 1));
  const { from, to } = visibleRange({ ...view, rowHeight, count: rows.length });

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const measure = () => setView({ top: element.scrollTop, height: element.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    element.addEventListener('scroll', measure, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', measure);
    };
  }, []);
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
  const toggle = (run: string) => {
    const changed = new Set(selected);
    if (!changed.delete(run)) changed.add(run);
    props.onSelect(changed);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(view.height / rowHeight) - 2);
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
      if (event.key !== (row.open ? 'ArrowRight' : 'ArrowLeft')) props.onToggle(row.key);
    } else if (row?.kind === 'run' && event.key === 'Enter') navigate(runUrl(row.run.run));
    else if (row?.kind === 'run' && event.key === ' ') toggle(row.run.run);
    else if (row?.kind === 'run' && event.key === 'b') props.onBase(row.run.run);
    else if (row?.kind === 'run' && event.key === 'e') props.onEdit(row.run);
    else return;
    event.preventDefault();
  };

  const numeric = useMemo(() => numericColumns(columns, rows), [columns, rows]);
  const compared = props.grouped || baseline !== undefined;
  const widthOf = (column: Column) => columnWidth(column, compared && numeric.has(column.id));
  const width = columns.reduce((sum, column) => sum + widthOf(column), 0);
  const line = { columns, baseline, onToggleRun: toggle, onBase: props.onBase, onEdit: props.onEdit };
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
        style={{ width: `max(100%, calc(var(--name) + ${width}px))` }}
        onKeyDown={onKeyDown}
      >
        <colgroup>
          <col class="tick" />
          <col class="name" />
          {columns.map((column) => (
            <col key={column.id} style={{ width: `${widthOf(column)}px` }} />
          ))}
        </colgroup>
        <TableHead
          columns={columns}
          numeric={numeric}
          sort={props.sort}
          sortable={!props.grouped}
          onSort={props.onSort}
        />
        <tbody>
          {baseline !== undefined && (
            <RunLine {...line} run={baseline} level={1} pinned selected={selected.has(baseline.run)} active={false} />
          )}
          {from > 0 && <Space rows={from} />}
          {rows.slice(from, to).map((row, i) => {
            const index = from + i;
            const own = {
              id: `row-${index}`,
              index: index + 2,
              active: index === at,
              onActivate: () => setActive(index),
            };
            if (row.kind === 'pending') return <PendingLine key={row.key} {...own} width={columns.length + 2} />;
            if (row.kind === 'group')
              return (
                <GroupLine
                  key={row.key}
                  {...own}
                  group={row.group}
                  open={row.open}
                  columns={columns}
                  averaged={props.averaged}
                  onToggle={() => props.onToggle(row.key)}
                />
              );
            return (
              <RunLine
                key={row.key}
                {...own}
                {...line}
                run={row.run}
                level={row.level}
                selected={selected.has(row.run.run)}
              />
            );
          })}
          {to < count && <Space rows={count - to} />}
        </tbody>
      </table>
      <p class="unseen" id="run-table-keys">
        Arrow keys go from run to run, space selects, enter opens, b makes a run the baseline, e edits notes and tags.
      </p>
    </div>
  );
}

/** As high as the rows that are not drawn. */
function Space({ rows }: { rows: number }) {
  return (
    <tr class="space" style={{ height: `${rows * rowHeight}px` }}>
      <td />
    </tr>
  );
}

/** In pixels; with room for a difference or an interval where there is one. */
function columnWidth({ type, title }: Column, compared: boolean): number {
  const least = { text: 110, number: 96, time: 156, duration: 104, status: 112, tags: 130, any: 96 }[type];
  return Math.min(280, Math.max(least + (compared ? 66 : 0), title.length * 7.4 + 40));
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
