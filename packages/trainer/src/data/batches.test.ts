import { describe, expect, it } from '@jest/globals';
import { Random } from '@retort/shared';
import fc from 'fast-check';
import { collate, cut, cutByTokens, mostTokens, shuffledBatches, sortedBatches, tokensAtOnce } from './batches.ts';

const lengths = fc.array(fc.integer({ min: 2, max: 512 }), { minLength: 1, maxLength: 300 });
const batchSize = fc.integer({ min: 1, max: 20 });

describe('cutByTokens', () => {
  const most = fc.integer({ min: 1, max: 5000 });
  const padded = (part: readonly number[], all: readonly number[]) =>
    part.length * Math.max(...part.map((i) => all[i]));

  it('has every text once, in its order', () => {
    fc.assert(
      fc.property(lengths, most, (all, limit) => {
        expect(cutByTokens([...all.keys()], all, limit).flat()).toEqual([...all.keys()]);
      }),
    );
  });

  it('keeps parts within the limit, but for one text that is longer', () => {
    fc.assert(
      fc.property(lengths, most, (all, limit) => {
        for (const part of cutByTokens([...all.keys()], all, limit)) {
          expect(part.length === 1 || padded(part, all) <= limit).toBe(true);
        }
      }),
    );
  });

  it('fills parts: the first text of each would have been too much for the one before', () => {
    fc.assert(
      fc.property(lengths, most, (all, limit) => {
        const parts = cutByTokens([...all.keys()], all, limit);
        for (const [i, part] of parts.slice(1).entries()) {
          expect(padded([...parts[i], part[0]], all)).toBeGreaterThan(limit);
        }
      }),
    );
  });

  it('gives parts that mostTokens holds', () => {
    fc.assert(
      fc.property(lengths, batchSize, (all, size) => {
        for (const batch of sortedBatches(all, size)) {
          for (const part of cutByTokens(batch, all)) {
            expect(padded(part, all)).toBeLessThanOrEqual(mostTokens(size, Math.max(...all)));
          }
        }
      }),
    );
    expect([mostTokens(16, 128), mostTokens(16, 512), mostTokens(16, 4096)]).toEqual([2048, tokensAtOnce, 4096]);
  });
});

describe('shuffledBatches', () => {
  it('has every text once', () => {
    fc.assert(
      fc.property(lengths, batchSize, fc.nat(), (all, size, seed) => {
        const indices = shuffledBatches(all, size, new Random(seed)).flat();
        expect(indices.sort((a, b) => a - b)).toEqual(all.map((_, i) => i));
      }),
    );
  });

  it('fills every batch but one', () => {
    fc.assert(
      fc.property(lengths, batchSize, (all, size) => {
        const batches = shuffledBatches(all, size, new Random(1));
        expect(batches.filter((batch) => batch.length < size).length).toBeLessThanOrEqual(1);
        expect(batches).toHaveLength(Math.ceil(all.length / size));
      }),
    );
  });

  it('comes in another order in another epoch', () => {
    const all = Array.from({ length: 100 }, (_, i) => 10 + i);
    expect(shuffledBatches(all, 8, new Random(1, 1))).not.toEqual(shuffledBatches(all, 8, new Random(1, 2)));
  });

  const mixed = (count: number) => {
    const random = new Random(3);
    return Array.from({ length: count }, () => 10 + random.integer(500));
  };
  const padding = (all: readonly number[], batches: readonly number[][]) => {
    const padded = batches.map((batch) => batch.length * Math.max(...batch.map((i) => all[i])));
    return padded.reduce((a, b) => a + b, 0) / all.reduce((a, b) => a + b, 0);
  };

  it('puts texts of like length together: little padding', () => {
    const all = mixed(3200);
    expect(padding(all, shuffledBatches(all, 16, new Random(1)))).toBeLessThan(1.03);
  });

  it('pads few texts more than many, though far less than batches in any order would', () => {
    const all = mixed(800);
    expect(padding(all, shuffledBatches(all, 16, new Random(1)))).toBeLessThan(1.1);
    expect(padding(all, cut([...all.keys()], 16))).toBeGreaterThan(1.7);
  });

  it.each([64, 200, 800, 3200])('puts a text among other neighbours in the next epoch: of %d texts', (count) => {
    const all = mixed(count);
    const pairs = (epoch: number) => new Set(shuffledBatches(all, 16, new Random(1, epoch)).flatMap(pairsIn));
    const first = pairs(1);
    const second = [...pairs(2)];
    expect(second.filter((pair) => first.has(pair)).length / second.length).toBeLessThan(0.3);
  });
});

/** `3,17` for each two texts of a batch. */
function pairsIn(batch: readonly number[]): string[] {
  return batch.flatMap((a) => batch.filter((b) => a < b).map((b) => `${a},${b}`));
}

describe('sortedBatches', () => {
  it('begins with the longest text', () => {
    expect(sortedBatches([3, 9, 5, 9], 2)).toEqual([
      [1, 3],
      [2, 0],
    ]);
  });
});

describe('collate', () => {
  const encoded = [Int32Array.of(101, 7, 102), Int32Array.of(101, 9, 7, 9, 102)];

  it('pads to the longest text and masks the padding', () => {
    const batch = collate(encoded, [0, 1], 0);
    expect([batch.size, batch.length, batch.tokenCount]).toEqual([2, 5, 8]);
    expect([...batch.mask]).toEqual([1, 1, 1, 0, 0, 1, 1, 1, 1, 1]);
  });

  it('names each id once, and its place for each token', () => {
    const batch = collate(encoded, [1], 0);
    expect([...batch.uniqueIds]).toEqual([7n, 9n, 101n, 102n]);
    expect([...batch.tokens]).toEqual([2n, 1n, 0n, 1n, 3n]);
  });
});
