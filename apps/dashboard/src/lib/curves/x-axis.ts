import type { Curve } from './curve.ts';

/** What curves are drawn by. */
export const xAxes = ['step', 'time', 'tokens'] as const;
export type XAxis = (typeof xAxes)[number];

export const xTitles: Readonly<Record<XAxis, string>> = { step: 'step', time: 'time', tokens: 'tokens' };

export const speedMetric = 'train.tokens_per_second';

/**
 * The places of a curve's points: steps, seconds since `start` (milliseconds since 1970), or tokens that were trained on by then, which is the
 * run's speed summed up over time. Null where a point has no such place.
 */
export function placesOf(
  curve: Curve,
  by: XAxis,
  { start, speed }: { start: number; speed?: Curve },
): (number | null)[] {
  if (by === 'step') return [...curve.steps];
  if (by === 'time') return curve.times.map((time) => (time - start) / 1000);
  if (speed === undefined) return curve.times.map(() => null);
  return tokensAt(speed, start, curve.times);
}

/** Tokens by each of the times, which ascend. Between two points of the speed it counts as the mean of both. */
function tokensAt(speed: Curve, start: number, times: readonly number[]): (number | null)[] {
  const known = [{ time: start, tokens: 0 }];
  let before: number | undefined;
  speed.values.forEach((rate, i) => {
    if (rate === null) return;
    const { time, tokens } = known[known.length - 1];
    const seconds = Math.max(0, (speed.times[i] - time) / 1000);
    known.push({ time: speed.times[i], tokens: tokens + (seconds * (rate + (before ?? rate))) / 2 });
    before = rate;
  });
  if (known.length === 1) return times.map(() => null);
  let next = 1;
  return times.map((time) => {
    while (next < known.length - 1 && known[next].time < time) next++;
    const [from, to] = [known[next - 1], known[next]];
    const share = to.time === from.time ? 1 : Math.min(1, Math.max(0, (time - from.time) / (to.time - from.time)));
    return from.tokens + share * (to.tokens - from.tokens);
  });
}
