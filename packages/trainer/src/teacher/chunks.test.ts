import { describe, expect, it } from '@jest/globals';
import { chunkViews } from './chunks.ts';

const epochs: Int32Array[][] = [
  [Int32Array.of(2, 5, 3), Int32Array.of(2, 6, 7, 3), Int32Array.of(2, 5, 3)],
  [Int32Array.of(2, 5, 3), Int32Array.of(2, 8, 3), Int32Array.of(2, 9, 9, 9, 3)],
];
const texts = { views: (epoch: number) => epochs[epoch - 1] };

describe('chunkViews', () => {
  const { chunks, place } = chunkViews(texts, 2);

  it('has equal inputs once, the longest first, and those of a later epoch in chunks of their own', () => {
    expect(chunks.map(({ views }) => views.map((ids) => ids.join(' ')))).toEqual([
      ['2 6 7 3', '2 5 3'],
      ['2 9 9 9 3', '2 8 3'],
    ]);
  });

  it('knows where what is read of a text in an epoch stands', () => {
    const read = [1, 2].map((epoch) => [0, 1, 2].map((text) => place(epoch, text)));
    expect(read.map((row) => row.map(({ chunk, row: i }) => chunks[chunk].views[i]))).toEqual(epochs);
  });

  it('counts the tokens before each input', () => {
    expect(chunks[0].tokenStarts).toEqual([0, 4, 7]);
  });

  it('begins with the chunks of a shorter training', () => {
    expect(chunkViews(texts, 1).chunks).toEqual(chunks.slice(0, 1));
  });

  it('has other digests for other tokens', () => {
    expect(new Set(chunks.map(({ digest }) => digest)).size).toBe(2);
  });
});
