import { formatDuration } from '@retort/shared';
import type { Run } from './runs.ts';

/** A stage writes its most telling figures first. */
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
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, i) => cell.padEnd(widths[i]))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** `accuracy 0.9531  loss 0.1204  +3 more`. */
export function formatMetrics(metrics: Readonly<Record<string, number>>): string {
  const entries = Object.entries(metrics);
  const shown = entries.slice(0, shownMetrics).map(([name, value]) => `${name} ${formatNumber(value)}`);
  const hidden = entries.length - shown.length;
  return [...shown, ...(hidden > 0 ? [`+${hidden} more`] : [])].join('  ');
}

/** Whole numbers in full, others with four digits that count. */
function formatNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

/** `2026-03-01 14:05`: Sweden writes times in the order of ISO 8601. */
function formatTime(time: string, timeZone: string | undefined): string {
  return new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone }).format(new Date(time));
}
