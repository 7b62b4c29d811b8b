import type { XAxis } from './curves/x-axis.ts';
import { xAxes } from './curves/x-axis.ts';
import { listOf } from './route.ts';

/** All that the comparison's URL says. */
export interface CompareState {
  readonly runs: readonly string[];
  readonly baseline: string | undefined;
  /** Names of the curves that are drawn; undefined: those that a comparison begins with. */
  readonly metrics: readonly string[] | undefined;
  readonly by: XAxis;
  /** The weight of the past, from 0 to 0.99. */
  readonly smoothing: number;
  readonly logarithmic: boolean;
  readonly zoom: readonly [number, number] | null;
}

/** The most runs that one comparison takes: what `/api` answers at once. */
export const mostRuns = 200;

/** Reads a query; what it says wrongly counts as not said. */
export function readCompare(query: URLSearchParams): CompareState {
  const runs = [...new Set(listOf(query.get('runs')))].slice(0, mostRuns);
  const baseline = query.get('baseline') ?? undefined;
  const metrics = query.get('metrics');
  const smoothing = Number(query.get('smooth') ?? 0);
  return {
    runs,
    baseline: baseline !== undefined && runs.includes(baseline) ? baseline : runs[0],
    metrics: metrics === null ? undefined : listOf(metrics),
    by: xAxes.find((axis) => axis === query.get('x')) ?? 'step',
    smoothing: smoothing > 0 && smoothing <= 0.99 ? smoothing : 0,
    logarithmic: query.get('y') === 'log',
    zoom: readRange(query.get('zoom')),
  };
}

/** A range such as `10:250.5`. */
export function readRange(text: string | null): [number, number] | null {
  const [low, high] = (text ?? '').split(':').map(Number);
  return Number.isFinite(low) && Number.isFinite(high) && low < high ? [low, high] : null;
}

export function formatRange(range: readonly [number, number] | null): string | undefined {
  return range === null ? undefined : range.map((end) => Number(end.toPrecision(6))).join(':');
}

const first = ['train.loss', 'validation.loss', 'validation.accuracy', 'train.gradient_norm'];

/** Which of the known curves a page begins with: those that tell most of a training, else the first four. */
export function firstMetrics(known: readonly string[]): string[] {
  const found = first.filter((metric) => known.includes(metric));
  return found.length > 0 ? found : known.slice(0, 4);
}
