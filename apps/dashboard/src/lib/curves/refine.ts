import type { Curve } from './curve.ts';
import type { DrawnRun } from './draw-lines.ts';
import { placesOf, speedMetric, type XAxis } from './x-axis.ts';

/** Steps to ask for; without a bound, to where the curves begin or end. */
export interface Steps {
  readonly from?: number;
  readonly to?: number;
}

/** The steps of what lies within a range of places, where curves have more points there than they show; undefined: there is nothing to ask. */
export function stepsWithin(
  [low, high]: readonly [number, number],
  curves: readonly Curve[],
  runs: readonly DrawnRun[],
  by: XAxis,
): Steps | undefined {
  const starts = new Map(runs.map(({ run, startedAt }) => [run, Date.parse(startedAt)]));
  const speeds = new Map(curves.filter(({ metric }) => metric === speedMetric).map((curve) => [curve.run, curve]));
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const curve of curves) {
    if (curve.total <= curve.lines.length) continue;
    const x = placesOf(curve, by, { start: starts.get(curve.run) ?? 0, speed: speeds.get(curve.run) });
    const first = x.findIndex((place) => place !== null && place >= low);
    const last = x.findLastIndex((place) => place !== null && place <= high);
    if (first === -1 || last === -1) continue;
    // From the points beside the range, so that its lines come in from outside.
    from = Math.min(from, first <= 1 ? Number.NEGATIVE_INFINITY : (curve.steps[first - 1] ?? Number.NEGATIVE_INFINITY));
    const behind = last + 1 >= x.length ? null : curve.steps[last + 1];
    to = Math.max(to, behind ?? Number.POSITIVE_INFINITY);
  }
  const steps = { ...(Number.isFinite(from) && { from }), ...(Number.isFinite(to) && { to }) };
  return from > to || Object.keys(steps).length === 0 ? undefined : steps;
}

/** The curves with the points of `finer` in place of those from its first to its last. */
export function refine(curves: readonly Curve[], finer: readonly Curve[]): readonly Curve[] {
  const parts = new Map(finer.map((curve) => [nameOf(curve), curve]));
  return curves.map((curve) => {
    const part = parts.get(nameOf(curve));
    const [first, last] = [part?.lines[0], part?.lines.at(-1)];
    if (part === undefined || first === undefined || last === undefined) return curve;
    const before = curve.lines.filter((line) => line < first).length;
    const after = curve.lines.filter((line) => line <= last).length;
    const join = <T>(old: readonly T[], fine: readonly T[]) => [...old.slice(0, before), ...fine, ...old.slice(after)];
    return {
      ...curve,
      lines: join(curve.lines, part.lines),
      steps: join(curve.steps, part.steps),
      times: join(curve.times, part.times),
      values: join(curve.values, part.values),
    };
  });
}

const nameOf = ({ run, metric }: Curve) => JSON.stringify([run, metric]);
