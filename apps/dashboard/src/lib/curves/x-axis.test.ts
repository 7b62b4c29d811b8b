import { describe, expect, it } from '@jest/globals';
import type { Curve } from './curve.ts';
import { appendPoints } from './curve.ts';
import { placesOf, speedMetric } from './x-axis.ts';

const start = 1_000_000;
const curve = (metric: string, seconds: readonly number[], values: readonly (number | null)[]): Curve => ({
  run: 'a',
  metric,
  total: seconds.length,
  lines: seconds.map((_, i) => i + 1),
  steps: seconds.map((_, i) => i * 10),
  times: seconds.map((second) => start + 1000 * second),
  values,
});
const loss = curve('loss', [0, 5, 10, 30], [3, 2, 1, 1]);

describe('placesOf', () => {
  it('gives steps, and seconds since the start', () => {
    expect(placesOf(loss, 'step', { start })).toEqual([0, 10, 20, 30]);
    expect(placesOf(loss, 'time', { start })).toEqual([0, 5, 10, 30]);
  });

  it('sums the speed up to tokens, and does not go on behind its last point', () => {
    const speed = curve(speedMetric, [10, 20], [100, 300]);
    // 100 a second for 10 s, then from 100 to 300 within 10 s
    expect(placesOf(loss, 'tokens', { start, speed })).toEqual([0, 500, 1000, 3000]);
  });

  it('knows no tokens of a run that says nothing of its speed', () => {
    expect(placesOf(loss, 'tokens', { start })).toEqual([null, null, null, null]);
  });
});

describe('appendPoints', () => {
  const point = (line: number, metric: string, value: number) => ({
    ...{ line, metric, value, step: line, epoch: null },
    time: start + 1000 * line,
  });

  it('adds points behind a curve, each once, and begins a curve that is new', () => {
    const points = [point(4, 'loss', 9), point(5, 'loss', 0.5), point(6, 'accuracy', 0.9)];
    const [longer, fresh] = appendPoints([loss], { run: 'a', points });
    expect([longer.lines, longer.values]).toEqual([
      [1, 2, 3, 4, 5],
      [3, 2, 1, 1, 0.5],
    ]);
    expect(fresh).toMatchObject({ metric: 'accuracy', values: [0.9], times: [start + 6000] });
  });

  it('leaves the curves of other runs alone', () => {
    const curves = appendPoints([loss], { run: 'b', points: [point(9, 'loss', 7)] });
    expect(curves[0]).toBe(loss);
    expect(curves[1]).toMatchObject({ run: 'b', values: [7] });
  });
});
