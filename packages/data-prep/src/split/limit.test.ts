import { describe, expect, it } from '@jest/globals';
import type { SplitName } from '@retort/shared';
import { drawWithinLimits, shareOut } from './limit.ts';

/** 300 rows of label 0 and 100 of label 1 in training, 20 and 20 in the test. */
const rows = Array.from({ length: 440 }, (_, i): { label: number; split: SplitName } =>
  i < 400 ? { label: i % 4 === 0 ? 1 : 0, split: 'train' } : { label: i % 2, split: 'test' },
);
const count = (stays: readonly boolean[], split: SplitName, label: number) =>
  rows.filter((row, i) => stays[i] && row.split === split && row.label === label).length;

describe('drawWithinLimits', () => {
  it('draws each label by its share, and leaves the other splits alone', () => {
    const stays = drawWithinLimits(rows, { train: 40 }, 1);
    expect([count(stays, 'train', 0), count(stays, 'train', 1), count(stays, 'test', 0)]).toEqual([30, 10, 20]);
  });

  it('keeps all rows of a split that is small enough', () => {
    expect(drawWithinLimits(rows, { train: 400, test: 1000 }, 1)).not.toContain(false);
  });

  it('draws the same rows for the same seed, others for another', () => {
    const draw = (seed: number) => drawWithinLimits(rows, { train: 40 }, seed);
    expect(draw(1)).toEqual(draw(1));
    expect(draw(2)).not.toEqual(draw(1));
  });

  it('draws from all over the split', () => {
    const drawn = drawWithinLimits(rows, { train: 40 }, 1).flatMap((stays, i) => (stays && i < 400 ? [i] : []));
    expect([Math.min(...drawn) < 50, Math.max(...drawn) > 350]).toEqual([true, true]);
  });

  it('draws more of the same rows for a larger limit', () => {
    const small = drawWithinLimits(rows, { train: 40 }, 1);
    const large = drawWithinLimits(rows, { train: 80 }, 1);
    expect(small.every((stays, i) => !stays || large[i])).toBe(true);
  });
});

describe('shareOut', () => {
  it.each([
    [10, [300, 100], [8, 2]],
    [3, [100, 100, 100], [1, 1, 1]],
    [5, [1000, 1, 1], [3, 1, 1]],
    [4, [2, 2], [2, 2]],
    [9, [2, 2], [2, 2]],
    [7, [50, 30, 20], [4, 2, 1]],
  ])('shares %i out among %j as %j', (seats, counts, expected) => {
    expect(shareOut(seats, counts)).toEqual(expected);
  });

  it('gives no count less where there are more seats', () => {
    // By largest remainders, 10 seats would be 4, 4, 2 and 11 would be 5, 5, 1.
    const counts = [60, 60, 20];
    const of = Array.from({ length: 138 }, (_, i) => shareOut(3 + i, counts));
    for (const [i, quotas] of of.entries()) {
      expect(quotas.reduce((a, b) => a + b)).toBe(3 + i);
      expect(quotas.map((quota, label) => quota < (of[i - 1]?.[label] ?? 0))).not.toContain(true);
    }
  });
});
