import { describe, expect, it } from '@jest/globals';
import { DropoutPool } from './dropout-pool.ts';

function pool(seed: number, epoch: number): DropoutPool {
  const made = new DropoutPool(seed, 0.1, 1000);
  made.startEpoch(epoch);
  return made;
}

describe('DropoutPool', () => {
  it('drops the share asked for, and scales the rest up', () => {
    const values = pool(1, 1)
      .masks(0, Array<number>(100).fill(1000))
      .flatMap((mask) => [...mask]);
    const dropped = values.filter((value) => value === 0).length / values.length;
    expect(Math.abs(dropped - 0.1)).toBeLessThan(0.005);
    expect(new Set(values)).toEqual(new Set([0, Math.fround(1 / 0.9)]));
  });

  it('gives the same masks for the same seed, epoch and step', () => {
    expect(pool(1, 1).masks(3, [50, 1000])).toEqual(pool(1, 1).masks(3, [50, 1000]));
  });

  it('gives other masks in another step, epoch or seed', () => {
    const [mask] = pool(1, 1).masks(3, [500]);
    expect(pool(1, 1).masks(4, [500])[0]).not.toEqual(mask);
    expect(pool(1, 2).masks(3, [500])[0]).not.toEqual(mask);
    expect(pool(2, 1).masks(3, [500])[0]).not.toEqual(mask);
  });

  it('gives each place of a step a mask of its own', () => {
    const [first, second] = pool(1, 1).masks(3, [500, 500]);
    expect(first).not.toEqual(second);
  });

  it('refuses a mask that is larger than the pool', () => {
    expect(() => pool(1, 1).masks(0, [1_000_000])).toThrow('a mask of 1000000 values does not fit the pool');
  });
});
