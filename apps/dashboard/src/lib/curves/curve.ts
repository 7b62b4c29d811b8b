import type { PointsEvent } from '@retort/server/client';

/** Columns of equal length, as `/api/curves` gives them; the values of a step in the order of the lines. */
export interface Curve {
  readonly run: string;
  readonly metric: string;
  /** Points that there are, of which these may be some. */
  readonly total: number;
  readonly lines: readonly number[];
  readonly steps: readonly (number | null)[];
  /** Milliseconds since 1970. */
  readonly times: readonly number[];
  /** Null where the value was no number. */
  readonly values: readonly (number | null)[];
}

/** The curves with the points of an event behind them. Those that are there already, by their lines, do not come twice. */
export function appendPoints(curves: readonly Curve[], { run, points }: PointsEvent): readonly Curve[] {
  const added = new Map<string, (typeof points)[number][]>();
  for (const point of points) added.set(point.metric, [...(added.get(point.metric) ?? []), point]);
  const known = new Set(curves.filter((curve) => curve.run === run).map(({ metric }) => metric));
  const fresh = [...added.keys()].filter((metric) => !known.has(metric)).map((metric) => empty(run, metric));
  if (added.size === 0) return curves;
  return [...curves, ...fresh].map((curve) => {
    const more = curve.run === run ? added.get(curve.metric) : undefined;
    return more === undefined ? curve : extend(curve, more);
  });
}

function extend(curve: Curve, points: PointsEvent['points']): Curve {
  const last = curve.lines.at(-1) ?? 0;
  const fresh = points.filter(({ line }) => line > last);
  return {
    ...curve,
    total: curve.total + fresh.length,
    lines: [...curve.lines, ...fresh.map(({ line }) => line)],
    steps: [...curve.steps, ...fresh.map(({ step }) => step)],
    times: [...curve.times, ...fresh.map(({ time }) => time)],
    values: [...curve.values, ...fresh.map(({ value }) => value)],
  };
}

function empty(run: string, metric: string): Curve {
  return { run, metric, total: 0, lines: [], steps: [], times: [], values: [] };
}
