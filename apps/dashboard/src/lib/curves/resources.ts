import { formatNumber } from '../figures.ts';
import { formatBytes } from '../format.ts';
import type { Line } from './align.ts';
import type { Curve } from './curve.ts';
import { type DrawnRun, linesOf } from './draw-lines.ts';

/** What a stage notes of its own process, and of its worker processes once it has started some. */
export interface Resource {
  readonly title: string;
  readonly own: string;
  readonly workers: string;
  readonly format: (value: number) => string;
}

export const resources: readonly Resource[] = [
  {
    ...{ title: 'memory', format: formatBytes },
    ...{ own: 'resources.memory_bytes', workers: 'resources.workers.memory_bytes' },
  },
  {
    ...{ title: 'processor cores', format: formatNumber },
    ...{ own: 'resources.cpu_cores', workers: 'resources.workers.cpu_cores' },
  },
];

export const resourceMetrics = resources.flatMap(({ own, workers }) => [own, workers]);

/** What a run used of a resource over time: a line for its own process, and one for its worker processes if it had any. */
export function resourceLines(
  { own, workers }: Resource,
  curves: readonly Curve[],
  run: Omit<DrawnRun, 'name'>,
): Line[] {
  const names = { [own]: 'own process', [workers]: 'workers' };
  return Object.entries(names).flatMap(([metric, name], style) =>
    linesOf(metric, curves, [{ ...run, name }], { by: 'time', smoothing: 0 }).map((line) => ({ ...line, style })),
  );
}
