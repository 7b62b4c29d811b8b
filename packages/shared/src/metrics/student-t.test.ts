import { describe, expect, it } from '@jest/globals';
import { meanInterval, studentT } from './student-t.ts';

describe('studentT', () => {
  // scipy.stats.t.ppf(0.975, df), SciPy 1.17.1
  it.each([
    [1, 12.706204736174694],
    [2, 4.302652729749462],
    [3, 3.1824463052837078],
    [4, 2.7764451051977934],
    [5, 2.5705818356363146],
    [10, 2.228138851986274],
    [29, 2.045229642132703],
    [100, 1.9839715185235518],
  ])('of %i degrees of freedom is %d', (freedom, expected) => {
    expect(studentT(freedom)).toBeCloseTo(expected, 10);
  });
});

describe('meanInterval', () => {
  it('is the mean with t standard errors on both sides', () => {
    // scipy.stats.t.interval(0.95, 2, loc=0.92, scale=scipy.stats.sem([0.91, 0.92, 0.93]))
    const { mean, interval } = meanInterval([0.91, 0.93, 0.92]);
    expect(mean).toBeCloseTo(0.92, 12);
    expect(interval[0]).toBeCloseTo(0.8951586228824967, 12);
    expect(interval[1]).toBeCloseTo(0.9448413771175034, 12);
  });

  it('has no width where all runs agree', () => {
    expect(meanInterval([0.5, 0.5])).toEqual({ mean: 0.5, interval: [0.5, 0.5] });
  });

  it('refuses a single value', () => {
    expect(() => meanInterval([1])).toThrow('at least two values');
  });
});
