import { formatDuration } from '@retort/shared';
import { shortIds } from '../filter/index.ts';
import type { RunPage } from '../queries/find-runs.ts';
import { formatMetrics } from '../runs-table.ts';
import { formatNumber, formatTable, formatTime } from '../table.ts';

/** A page of runs for the terminal. `metrics` are the curves that have a column; `timeZone` as in Intl. */
export function foundRunsTable(
  { runs, next }: RunPage,
  {
    total,
    metrics,
    timeZone,
  }: { readonly total: number; readonly metrics: readonly string[]; readonly timeZone?: string },
): string {
  if (runs.length === 0) return 'no runs\n';
  const head = ['run', 'experiment', 'stage', 'status', 'started', 'took', ...metrics, 'figures'];
  const ids = shortIds(runs.map(({ run }) => run));
  const rows = runs.map((run, i) => [
    ids[i],
    run.project,
    run.stage,
    run.status,
    formatTime(run.startedAt, timeZone),
    formatDuration(run.seconds),
    ...metrics.map((name) => {
      const last = run.metrics[name]?.last;
      return last === undefined || last === null ? '-' : formatNumber(last);
    }),
    formatMetrics(run.figures),
  ]);
  const rest = next === null ? '' : `${runs.length} of ${total} runs; the next: --after=${next}\n`;
  return formatTable([head, ...rows]) + rest;
}
