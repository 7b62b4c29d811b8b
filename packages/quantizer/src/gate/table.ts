import type { Attempt } from './pass.ts';
import type { Sensitivity } from './sensitivity.ts';
import { percent } from './verdict.ts';

/** Layers of the ranking that the table of a failure shows. */
const shownLayers = 12;

/** The attempts and the most sensitive layers, as aligned lines, for an error on a terminal. */
export function failureTable({
  attempts,
  ranking,
}: {
  readonly attempts: readonly Attempt[];
  readonly ranking: readonly Sensitivity[];
}): string {
  const layers = ranking.slice(0, shownLayers);
  const more = ranking.length - layers.length;
  return [
    ...aligned([attemptHeader, ...attempts.map(attemptCells)]),
    '',
    ...aligned([layerHeader, ...layers.map(layerCells)]),
    ...(more > 0 ? [`and ${more} less sensitive ones`] : []),
    '',
    ...attempts.slice(-1).map(({ verdict }) => `at last: ${verdict.failures.join('; ')}`),
  ].join('\n');
}

/** Attempts as aligned lines. */
export function attemptTable(attempts: readonly Attempt[]): string {
  return aligned([attemptHeader, ...attempts.map(attemptCells)]).join('\n');
}

export const attemptHeader = [
  'kept in fp32',
  'MB',
  'agreement',
  'logits: mean',
  'largest',
  'accuracy fp32',
  'quantized',
  'p',
  'passes',
];

/** One row about an attempt. The kept layers are told by the last one that came. */
export function attemptCells({ kept, bytes, verdict }: Attempt): string[] {
  const { agreement, meanLogitChange, largestLogitChange, parent, quantized, mcnemar, failures } = verdict;
  return [
    kept.length === 0 ? 'none' : kept.length === 1 ? kept[0] : `+ ${kept[kept.length - 1]}`,
    megabytes(bytes),
    percent(agreement),
    digits(meanLogitChange),
    digits(largestLogitChange),
    accuracy(parent),
    accuracy(quantized),
    `${mcnemar.p.toFixed(3)} (${mcnemar.onlyParent}:${mcnemar.onlyQuantized})`,
    failures.length === 0 ? 'yes' : 'no',
  ];
}

export const layerHeader = ['layer, quantized alone', 'kind', 'MB saved', 'logits: mean', 'largest'];

export function layerCells({ name, kind, savedBytes, meanLogitChange, largestLogitChange }: Sensitivity): string[] {
  return [name, kind, megabytes(savedBytes), digits(meanLogitChange), digits(largestLogitChange)];
}

export function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 1e7 ? 3 : 1);
}

function accuracy({ accuracy, accuracyInterval: [low, high] }: Attempt['verdict']['parent']): string {
  return `${accuracy.toFixed(4)} (${low.toFixed(4)}–${high.toFixed(4)})`;
}

function digits(value: number | null): string {
  return value === null ? 'not finite' : value.toPrecision(3);
}

/** Cells in columns as wide as their widest; the first is aligned left, numbers right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  return rows.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join('  ')
      .trimEnd(),
  );
}
