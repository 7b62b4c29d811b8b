import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { smooth } from './smooth.ts';

const weight = fc.double({ min: 0.01, max: 0.99, noNaN: true });
const numbers = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 50 });

describe('smooth', () => {
  it('leaves the values as they are by weight 0', () => {
    expect(smooth([1, null, 3], 0)).toEqual([1, null, 3]);
  });

  it('starts at the first value, and keeps what is constant', () => {
    const smoothed = smooth([5, 5, null, 5], 0.9);
    expect(smoothed).toEqual([expect.closeTo(5, 12), expect.closeTo(5, 12), null, expect.closeTo(5, 12)]);
  });

  it('is the weighted mean of all values up to each, weights falling by the factor', () => {
    // weights 0.25, 0.5, 1 of 1.75
    expect(smooth([1, 2, 4], 0.5)[2]).toBeCloseTo((0.25 * 1 + 0.5 * 2 + 1 * 4) / 1.75, 12);
  });

  it('stays within the values so far', () => {
    fc.assert(
      fc.property(numbers, weight, (values, factor) => {
        smooth(values, factor).forEach((value, i) => {
          const past = values.slice(0, i + 1);
          expect(value).toBeGreaterThanOrEqual(Math.min(...past) - 1e-6);
          expect(value).toBeLessThanOrEqual(Math.max(...past) + 1e-6);
        });
      }),
    );
  });
});
