import { describe, expect, it } from '@jest/globals';
import { tokensAtOnce } from '../data/batches.ts';
import { stepBatches } from './step-batches.ts';

const views = Array.from({ length: 40 }, (_, i) => new Int32Array(200 + 8 * i).fill(5));
const texts = {
  train: { labels: new Int32Array(40) },
  labelRows: [
    { row: Float32Array.of(1, 0), weight: 1 },
    { row: Float32Array.of(0, 1), weight: 1 },
  ],
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

  it('lets each labelled text count alike, in whatever part it is and however many of the step have no label', () => {
    const labels = Int32Array.from(all, (i) => (i % 3 === 0 ? 0 : -1));
    const batches = [...stepBatches({ ...texts, train: { labels } }, all, 0, { batchSize: 20, accumulation: 2 })];
    expect(batches.length).toBeGreaterThan(2);
    const counts = batches.flatMap(({ batch, targets, share }) =>
      batch.indices.map((_, row) => (share * targets.labels[2 * row]) / batch.size),
    );
    counts.forEach((count, i) => {
      expect(count).toBeCloseTo(i % 3 === 0 ? 1 / 14 : 0, 7);
    });
  });

  it('gives each part of each step masks of its own', () => {
    const masks = [0, 1, 2].flatMap((step) => parts(step).map((part) => part.masks));
    expect(new Set(masks).size).toBe(masks.length);
  });
});
