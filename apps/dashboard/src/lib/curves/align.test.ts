import { describe, expect, it } from '@jest/globals';
import { alignLines, valueAt } from './align.ts';

const line = (x: readonly (number | null)[], y: readonly (number | null)[]) => ({ name: 'a', style: 0, x, y });

describe('alignLines', () => {
  it('puts lines over one ascending column, null where a line has nothing', () => {
    const { x, series } = alignLines([line([0, 20], [1, 2]), line([10, 20], [3, 4])]);
    expect([x, series.map(({ values }) => values)]).toEqual([
      [0, 10, 20],
      [
        [1, null, 2],
        [null, 3, 4],
      ],
    ]);
  });

  it('takes the last of several values at one place, and leaves out points without a place', () => {
    expect(alignLines([line([1, 1, null], [5, 6, 7])])).toMatchObject({ x: [1], series: [{ values: [6] }] });
  });

  it('leaves out what has no logarithm', () => {
    expect(alignLines([line([1, 2], [0, 6])], { logarithmic: true }).series[0].values).toEqual([null, 6]);
  });
});

describe('valueAt', () => {
  it('is the last one up to a place', () => {
    expect([valueAt([1, null, 3], 1), valueAt([null, 2], 0), valueAt([1], 9)]).toEqual([1, null, 1]);
  });
});
