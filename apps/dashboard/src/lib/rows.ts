import type { ExperimentsClient } from '@retort/server/client';
import type { InferResponseType } from 'hono/client';

export type RunPage = InferResponseType<ExperimentsClient['runs']['$get'], 200>;
/** A run as the table shows it. */
export type RunRow = RunPage['runs'][number];
export type RunGroup = InferResponseType<ExperimentsClient['groups']['$get'], 200>['groups'][number];

/** A line of the table. */
export type Row =
  | { readonly kind: 'run'; readonly key: string; readonly run: RunRow; readonly level: 1 | 2 }
  | { readonly kind: 'group'; readonly key: string; readonly group: RunGroup; readonly open: boolean }
  /** Its runs are on their way. */
  | { readonly kind: 'pending'; readonly key: string };

/** Groups, and below those that are open their runs. `members` has the runs of open groups that are there. */
export function groupRows(
  groups: readonly RunGroup[],
  open: ReadonlySet<string>,
  members: ReadonlyMap<string, readonly RunRow[]>,
): Row[] {
  return groups.flatMap((group): Row[] => {
    const key = groupKey(group);
    const isOpen = open.has(key);
    const head: Row = { kind: 'group', key, group, open: isOpen };
    if (!isOpen) return [head];
    const runs = members.get(key);
    if (runs === undefined) return [head, { kind: 'pending', key: `${key} …` }];
    return [head, ...runs.map((run): Row => ({ kind: 'run', key: run.run, run, level: 2 }))];
  });
}

/** Tells a group from the others, also when it is made again. */
export function groupKey({ value, experiment, stage, runs }: RunGroup): string {
  return value === null ? `${experiment} ${stage} ${runs.at(-1)}` : JSON.stringify(value);
}

/**
 * Puts what has changed into a list: `now` are those of the `changed` runs that the list's filter still holds for. `before` tells the order; runs
 * whose place lies behind what is loaded are left for later pages (`all`: everything is loaded).
 */
export function mergeRuns(
  list: readonly RunRow[],
  { changed, now, all }: { changed: ReadonlySet<string>; now: readonly RunRow[]; all: boolean },
  before: (a: RunRow, b: RunRow) => number,
): RunRow[] {
  const last = list.at(-1);
  const rest = list.filter(({ run }) => !changed.has(run));
  const kept = now.filter((run) => all || last === undefined || before(run, last) <= 0);
  // Stable: equal ones keep the server's order, with what is new before them.
  return [...kept, ...rest].sort(before);
}

/** Holds for every run, the archived ones included. */
export const whetherArchivedOrNot = '(archived = true or archived = false)';

/** The filter with archived runs, which the server leaves out unless it names them. */
export function effectiveFilter(filter: string, archived: boolean): string {
  if (!archived) return filter;
  return filter.trim() === '' ? whetherArchivedOrNot : `(${filter}) and ${whetherArchivedOrNot}`;
}

/** A filter for some runs alone, in parts that are short enough for the server. */
export function runFilters(filter: string, runs: readonly string[], perPart = 60): string[] {
  const parts: string[] = [];
  for (let i = 0; i < runs.length; i += perPart) {
    const list = `run in (${runs
      .slice(i, i + perPart)
      .map((run) => `"${run}"`)
      .join(', ')})`;
    parts.push(filter.trim() === '' ? list : `${list} and (${filter})`);
  }
  return parts;
}
