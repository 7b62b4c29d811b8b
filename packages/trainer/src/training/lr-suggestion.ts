/** One step of a learning rate range test. */
export interface RatePoint {
  readonly learningRate: number;
  /** Mean over the step's texts, before the step. */
  readonly loss: number;
}

/** What a range test says of the learning rate. */
export interface RateSuggestion {
  /** Undefined where the loss neither fell nor diverged. */
  readonly learningRate?: number;
  /** Where the smoothed loss falls fastest, per decade of the rate; undefined where it does not fall. */
  readonly steepest?: number;
  /** Where it begins to diverge; undefined where it does not. */
  readonly divergence?: number;
  /** Why the rate is suggested, or why none is. */
  readonly reason: string;
}

/** Deviation of the smoothing, as a share of the steps. */
const smoothing = 0.05;
/** A smoothed loss that falls by less than this share of its first value has not fallen. */
const leastFall = 0.05;

/** The losses smoothed by a Gaussian over the steps on both sides, so that nothing comes later than it was. */
export function smoothLosses(losses: readonly number[], steps = losses.length): number[] {
  const deviation = Math.max(1, smoothing * steps);
  const reach = Math.ceil(3 * deviation);
  const kernel = Array.from({ length: reach + 1 }, (_, i) => Math.exp(-0.5 * (i / deviation) ** 2));
  return losses.map((_, at) => {
    let sum = 0;
    let weights = 0;
    for (let i = Math.max(0, at - reach); i <= Math.min(losses.length - 1, at + reach); i++) {
      const weight = kernel[Math.abs(i - at)];
      sum += weight * losses[i];
      weights += weight;
    }
    return sum / weights;
  });
}

/**
 * Whether a smoothed loss diverges: it is half as high again as the lowest one, and at least half of the way back to where
 * it started. The second part spares a loss that came close to 0, the first one that never fell.
 */
export function isDivergent(loss: number, lowest: number, start: number): boolean {
  return !(loss <= Math.max(1.5 * lowest, (lowest + start) / 2));
}

/**
 * The learning rate that a range test suggests (Smith 2017): the one at which the smoothed loss falls fastest, or a tenth of
 * the one at which it begins to diverge where that is less. `brokeOff`: the rate at which the test stopped before its end.
 */
export function suggestRate(
  points: readonly RatePoint[],
  smoothed: readonly number[],
  brokeOff?: number,
): RateSuggestion {
  const lowest = lowestBeforeDivergence(smoothed);
  const diverging = divergenceOnset(smoothed, lowest);
  const divergence = diverging === undefined ? brokeOff : points[diverging].learningRate;
  const hasFallen = smoothed[0] - smoothed[lowest] > leastFall * smoothed[0];
  const steepest = hasFallen ? steepestRate(points, smoothed, lowest) : undefined;
  const found = { steepest, divergence };
  if (divergence !== undefined && (steepest === undefined || divergence / 10 < steepest)) {
    const fall =
      steepest === undefined
        ? 'it did not fall before, which more steps may change'
        : `it falls fastest at ${formatRate(steepest)}`;
    const reason = `a tenth of ${formatRate(divergence)}, where the loss begins to diverge; ${fall}`;
    return { ...found, learningRate: divergence / 10, reason };
  }
  if (steepest !== undefined) {
    const end = divergence === undefined ? 'it does not diverge' : `it begins to diverge at ${formatRate(divergence)}`;
    return { ...found, learningRate: steepest, reason: `the loss falls fastest there; ${end}` };
  }
  return { ...found, reason: 'the loss neither fell nor diverged: take more steps, or a higher last rate' };
}

/** Place of the lowest smoothed loss before the loss diverges. */
function lowestBeforeDivergence(smoothed: readonly number[]): number {
  let lowest = 0;
  for (let i = 1; i < smoothed.length; i++) {
    if (isDivergent(smoothed[i], smoothed[lowest], smoothed[0])) break;
    if (smoothed[i] < smoothed[lowest]) lowest = i;
  }
  return lowest;
}

/** The first place from which on a loss that will diverge is above its lowest value by a tenth of its first one. */
function divergenceOnset(smoothed: readonly number[], lowest: number): number | undefined {
  const end = smoothed.findIndex((loss, i) => i > lowest && isDivergent(loss, smoothed[lowest], smoothed[0]));
  if (end === -1) return undefined;
  const calm = smoothed.slice(0, end).findLastIndex((loss) => loss <= smoothed[lowest] + 0.1 * smoothed[0]);
  return calm + 1;
}

/** `3.2e-4`. */
export function formatRate(rate: number): string {
  return rate.toExponential(1);
}

/** The rate of the steepest descent, from central differences over the logarithm of the rate, up to the lowest loss. */
function steepestRate(points: readonly RatePoint[], smoothed: readonly number[], lowest: number): number {
  const slope = (i: number) =>
    (smoothed[i + 1] - smoothed[i - 1]) / Math.log10(points[i + 1].learningRate / points[i - 1].learningRate);
  let steepest = 1;
  for (let i = 2; i <= Math.min(lowest, points.length - 2); i++) if (slope(i) < slope(steepest)) steepest = i;
  return points[steepest].learningRate;
}
