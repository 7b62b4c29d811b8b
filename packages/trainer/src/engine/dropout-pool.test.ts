import { describe, expect, it } from '@jest/globals';
import { DropoutSource } from './dropout-pool.ts';

function source(seed: number, epoch: number): DropoutSource {
  const made = new DropoutSource(seed, 0.1, 1000);
  made.startEpoch(epoch);
  return made;
}

describe('DropoutSource', () => {
  it('drops the share asked for, and scales the rest up', () => {
    const { pool } = source(1, 1);
    const dropped = pool.filter((value) => value === 0).length / pool.length;
    expect(Math.abs(dropped - 0.1)).toBeLessThan(0.005);
    expect(new Set(pool)).toEqual(new Set([0, Math.fround(1 / 0.9)]));
  });

  it('draws the same pool for the same seed and epoch, and another one for the next epoch', () => {
    expect(source(1, 1).pool).toEqual(source(1, 1).pool);
    expect(source(1, 1).pool).not.toEqual(source(1, 2).pool);
  });

  it('gives offsets that leave room for the largest mask', () => {
    const made = source(1, 1);
    const offsets = made.offsets(5, 500);
    expect(Math.max(...Array.from(offsets, Number)) + 1000).toBeLessThanOrEqual(made.pool.length);
  });

  it('gives each step offsets of its own', () => {
    const made = source(1, 1);
    expect(made.offsets(5, 4)).toEqual(made.offsets(5, 4));
    expect(made.offsets(5, 4)).not.toEqual(made.offsets(6, 4));
  });
});
