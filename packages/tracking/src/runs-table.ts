import { formatDuration } from '@retort/shared';
import { orderFigures } from './figure-order.ts';
import type { Run } from './runs.ts';
import { formatNumber, formatTable, formatTime } from './table.ts';

/** The most telling ones. */
const shownMetrics = 4;

/** The runs as lines of a table; `timeZone` as in Intl, default the machine's. */
export function formatRuns(runs: readonly Run[], timeZone?: string): string {
  const rows = [
    ['experiment', 'stage', 'ended', 'took', 'metrics'],
    ...runs.map(({ experiment, stage, seconds, manifest }) => [
      experiment,
      stage,
      formatTime(manifest.endedAt, timeZone),
      formatDuration(seconds),
      formatMetrics(manifest.metrics),
    ]),
  ];
  return formatTable(rows);
}

/** `accuracy 0.9531  loss 0.1204  +3 more`. */
export function formatMetrics(metrics: Readonly<Record<string, number>>): string {
  const entries = Object.entries(orderFigures(metrics));
  const shown = entries.slice(0, shownMetrics).map(([name, value]) => `${name} ${formatNumber(value)}`);
  const hidden = entries.length - shown.length;
  return [...shown, ...(hidden > 0 ? [`+${hidden} more`] : [])].join('  ');
}
