import { describe, expect, it } from '@jest/globals';
import { Random } from './random.ts';

const draw = (random: Random) => Array.from({ length: 4 }, () => random.uint32());

describe('Random', () => {
  it('gives the same numbers for the same seed and stream', () => {
    expect(draw(new Random(7, 'dropout', 3))).toEqual(draw(new Random(7, 'dropout', 3)));
  });

  it('gives the numbers that it has always given: artifacts depend on them', () => {
    expect(draw(new Random(1, 'split'))).toEqual([830225414, 3675387012, 812154901, 3653164443]);
  });

  it('gives other numbers for another stream', () => {
    expect(draw(new Random(7, 'a', 1))).not.toEqual(draw(new Random(7, 'a', 2)));
  });

  it('gives other numbers for a seed beyond 32 bits', () => {
    expect(draw(new Random(1))).not.toEqual(draw(new Random(1 + 2 ** 32)));
  });

  it('draws normals of mean 0 and deviation 1', () => {
    const random = new Random(1);
    const draws = Array.from({ length: 20_000 }, () => random.normal());
    const mean = draws.reduce((a, b) => a + b) / draws.length;
    const variance = draws.reduce((a, b) => a + (b - mean) ** 2, 0) / draws.length;
    expect(mean).toBeCloseTo(0, 1);
    expect(variance).toBeCloseTo(1, 1);
  });

  it('draws uniform numbers below 1', () => {
    const random = new Random(4);
    const draws = Array.from({ length: 20_000 }, () => random.uniform());
    expect(Math.max(...draws)).toBeLessThan(1);
    expect(draws.reduce((a, b) => a + b) / draws.length).toBeCloseTo(0.5, 1);
  });

  it('draws every whole number below the limit equally often', () => {
    const random = new Random(2);
    const counts = [0, 0, 0];
    for (let i = 0; i < 9000; i++) counts[random.integer(3)]++;
    for (const count of counts) expect(Math.abs(count - 3000)).toBeLessThan(200);
  });

  it.each([0, -1, 2 ** 32 + 1, Number.NaN])('refuses %d as a limit', (limit) => {
    expect(() => new Random(1).integer(limit)).toThrow(RangeError);
  });

  it('shuffles into a permutation', () => {
    expect(new Random(3).shuffle([1, 2, 3, 4, 5]).sort()).toEqual([1, 2, 3, 4, 5]);
  });

  it('puts every item first equally often', () => {
    const random = new Random(5);
    const counts = [0, 0, 0];
    for (let i = 0; i < 9000; i++) counts[random.shuffle([0, 1, 2])[0]]++;
    for (const count of counts) expect(Math.abs(count - 3000)).toBeLessThan(200);
  });
});
