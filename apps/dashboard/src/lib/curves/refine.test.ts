import { describe, expect, it } from '@jest/globals';
import type { Curve } from './curve.ts';
import { refine, stepsWithin } from './refine.ts';

/** A curve of 1,000 points, a step a line, of which those lines are there. */
const curve = (lines: readonly number[], total = 1000): Curve => ({
  ...{ run: 'a', metric: 'loss', total, lines, steps: lines.map((line) => line * 10) },
  ...{ times: lines.map((line) => line * 1000), values: lines.map((line) => 1 / line) },
});
const thinned = curve([1, 100, 200, 300, 400, 1000]);
const runs = [{ run: 'a', name: 'a', startedAt: new Date(0).toISOString() }];

describe('stepsWithin', () => {
  it('takes in the points beside the range', () => {
    expect(stepsWithin([1500, 2500], [thinned], runs, 'step')).toEqual({ from: 1000, to: 3000 });
  });

  it('finds the steps of times', () => {
    expect(stepsWithin([150, 250], [thinned], runs, 'time')).toEqual({ from: 1000, to: 3000 });
  });

  it('has no bound where the range takes in an end, so that points that come in ask for nothing', () => {
    expect(stepsWithin([3500, 99_999], [thinned], runs, 'step')).toEqual({ from: 3000 });
    expect(stepsWithin([0, 99_999], [thinned], runs, 'step')).toBeUndefined();
  });

  it('asks for nothing where all points are there', () => {
    expect(stepsWithin([1500, 2500], [curve([1, 100, 200, 300], 4)], runs, 'step')).toBeUndefined();
  });
});

describe('refine', () => {
  it('puts finer points in place of those from the first to the last of them', () => {
    const [finer] = refine([thinned], [curve([150, 200, 250, 300])]);
    expect(finer.lines).toEqual([1, 100, 150, 200, 250, 300, 400, 1000]);
    expect(finer.values).toEqual(finer.lines.map((line) => 1 / line));
  });

  it('leaves curves alone of which nothing finer is there', () => {
    expect(refine([thinned], [{ ...curve([150]), run: 'b' }, curve([])])[0]).toBe(thinned);
  });
});
