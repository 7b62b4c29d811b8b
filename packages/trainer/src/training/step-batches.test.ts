import { describe, expect, it } from '@jest/globals';
import { tokensAtOnce } from '../data/batches.ts';
import { stepBatches } from './step-batches.ts';

const views = Array.from({ length: 40 }, (_, i) => new Int32Array(200 + 8 * i).fill(5));
const texts = {
  train: { labels: new Int32Array(40) },
  labelRows: [Float32Array.of(1, 0), Float32Array.of(0, 1)],
  padId: 0,
  epoch: 1,
  views,
};
const all = [...views.keys()];
const parts = (step: number, batchSize = 16) =>
  [...stepBatches(texts, all.slice(0, 2 * batchSize), step, { batchSize, accumulation: 2 })].map((part) => part);

describe('stepBatches', () => {
  it('cuts batches of long texts into parts of as many tokens as are read at once', () => {
    const sizes = parts(0).map(({ batch }) => batch.size * batch.length);
    expect(sizes.length).toBeGreaterThan(4);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(tokensAtOnce);
  });

  it('leaves batches of short texts whole', () => {
    expect(parts(0, 4).map(({ batch }) => batch.size)).toEqual([4, 4]);
  });

  it('weighs each part by its texts', () => {
    const shares = parts(0).map(({ batch, share }) => [share, batch.size / 32]);
    for (const [share, expected] of shares) expect(share).toBe(expected);
  });

  it('gives each part of each step masks of its own', () => {
    const masks = [0, 1, 2].flatMap((step) => parts(step).map((part) => part.masks));
    expect(new Set(masks).size).toBe(masks.length);
  });
});
