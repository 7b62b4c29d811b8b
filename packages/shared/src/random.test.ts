import { describe, expect, it } from '@jest/globals';
import { Random } from './random.ts';

describe('Random', () => {
  it('gives the same numbers for the same seed and stream', () => {
    const draw = () => Array.from({ length: 5 }, new Random(7, 'dropout', 3).uint32.bind(new Random(7, 'dropout', 3)));
    expect(draw()).toEqual(draw());
  });

  it('gives other numbers for another stream', () => {
    expect(new Random(7, 'a', 1).uint32()).not.toBe(new Random(7, 'a', 2).uint32());
  });

  it('draws normals of mean 0 and deviation 1', () => {
    const random = new Random(1);
    const draws = Array.from({ length: 20_000 }, () => random.normal());
    const mean = draws.reduce((a, b) => a + b) / draws.length;
    const variance = draws.reduce((a, b) => a + (b - mean) ** 2, 0) / draws.length;
    expect(mean).toBeCloseTo(0, 1);
    expect(variance).toBeCloseTo(1, 1);
  });

  it('draws every whole number below the limit equally often', () => {
    const random = new Random(2);
    const counts = [0, 0, 0];
    for (let i = 0; i < 9000; i++) counts[random.integer(3)]++;
    for (const count of counts) expect(Math.abs(count - 3000)).toBeLessThan(200);
  });

  it('shuffles into a permutation', () => {
    expect(new Random(3).shuffle([1, 2, 3, 4, 5]).sort()).toEqual([1, 2, 3, 4, 5]);
  });
});
