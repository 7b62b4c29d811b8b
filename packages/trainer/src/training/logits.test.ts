import { describe, expect, it } from '@jest/globals';
import type { Batch } from '../data/batches.ts';
import { windowLogits } from './logits.ts';

/** Gives each input its first id and its length as logits. */
const engine = {
  logits: async ({ size, length, tokens, uniqueIds, mask }: Batch) =>
    Float32Array.from({ length: size * 2 }, (_, i) => {
      const row = Math.floor(i / 2) * length;
      return i % 2 === 0
        ? Number(uniqueIds[Number(tokens[row])])
        : mask.subarray(row, row + length).reduce((sum, one) => sum + one, 0);
    }),
};

describe('windowLogits', () => {
  it("are the mean over a text's windows, in the order of the texts, whatever batches they came in", async () => {
    const windows = [[Int32Array.of(4, 1)], [Int32Array.of(1, 1, 1), Int32Array.of(3, 1)], [Int32Array.of(7)]];
    const logits = await windowLogits(engine, windows, { labels: 2, batchSize: 2, padId: 0 });
    expect([...logits]).toEqual([4, 2, 2, 2.5, 7, 1]);
  });

  it('tell how many inputs are done', async () => {
    const told: number[][] = [];
    const onBatch = (...progress: number[]) => void told.push(progress);
    const windows = [[Int32Array.of(4)], [Int32Array.of(1), Int32Array.of(3)]];
    await windowLogits(engine, windows, { labels: 2, batchSize: 2, padId: 0, onBatch });
    expect(told).toEqual([
      [2, 3],
      [3, 3],
    ]);
  });
});
