import type { Line } from './align.ts';
import type { Curve } from './curve.ts';
import { smooth } from './smooth.ts';
import { placesOf, speedMetric, type XAxis } from './x-axis.ts';

export interface DrawnRun {
  readonly run: string;
  readonly name: string;
  /** ISO 8601. */
  readonly startedAt: string;
}

/** By what a metric can be drawn: what has no steps, as what processes use, by time where steps are asked for. */
export function axisOf(metric: string, curves: readonly Curve[], by: XAxis): XAxis {
  if (by !== 'step') return by;
  const own = curves.filter((curve) => curve.metric === metric && curve.lines.length > 0);
  return own.length > 0 && own.every(({ steps }) => steps.every((step) => step === null)) ? 'time' : 'step';
}

/** Whether one of a metric's curves has more than a single point. */
export function hasCourse(metric: string, curves: readonly Curve[]): boolean {
  return curves.some((curve) => curve.metric === metric && curve.total > 1);
}

/** The lines of a metric, one a run that has it, in the order of the runs; a run keeps its style in every chart. */
export function linesOf(
  metric: string,
  curves: readonly Curve[],
  runs: readonly DrawnRun[],
  { by, smoothing }: { readonly by: XAxis; readonly smoothing: number },
): Line[] {
  const ofRuns = (wanted: string) =>
    new Map(curves.filter((curve) => curve.metric === wanted).map((curve) => [curve.run, curve]));
  const drawn = ofRuns(metric);
  const speeds = ofRuns(speedMetric);
  return runs.flatMap(({ run, name, startedAt }, style) => {
    const curve = drawn.get(run);
    if (curve === undefined) return [];
    const speed = speeds.get(run);
    const x = placesOf(curve, by, { start: Date.parse(startedAt), speed });
    return [{ name, style, x, y: smooth(curve.values, smoothing) }];
  });
}
