import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Random } from '../random.ts';
import { randomWindow, readText, spreadWindows } from './long-texts.ts';
import { createTokenizer } from './tokenizer.ts';

const letters = [...'abcdefghij'];
const tokenizer = createTokenizer(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...letters]);
const text = letters.join(' ');
const words = (ids: Int32Array) => [...ids].map((id) => tokenizer.vocabulary[id]).join(' ');

/** `[CLS]` 10 11 12 .. `[SEP]`: each token is told by its place. */
const wholeText = fc
  .integer({ min: 0, max: 400 })
  .map((n) => Int32Array.from([2, ...Array(n).keys(), 3], (id, i) => (i === 0 || i === n + 1 ? id : id + 10)));
const maxTokens = fc.integer({ min: 3, max: 60 });

describe('readText', () => {
  it.each([
    ['head', 6, ['[CLS] a b c d [SEP]'], 6, true],
    ['head_tail', 6, ['[CLS] a h i j [SEP]'], 6, true],
    ['windows', 6, ['[CLS] a b c d [SEP]', '[CLS] d e f g [SEP]', '[CLS] g h i j [SEP]'], 12, false],
    ['windows', 12, ['[CLS] a b c d e f g h i j [SEP]'], 12, false],
    ['head_tail', 12, ['[CLS] a b c d e f g h i j [SEP]'], 12, false],
  ] as const)('by %s with %i tokens', (longTexts, maxTokens, windows, tokens, truncated) => {
    const read = readText(tokenizer, text, { longTexts, maxTokens });
    expect(read.windows.map(words)).toEqual(windows);
    expect([read.tokens, read.truncated]).toEqual([tokens, truncated]);
  });

  it('gives an empty text one input', () => {
    expect(readText(tokenizer, '', { longTexts: 'windows', maxTokens: 6 }).windows.map(words)).toEqual(['[CLS] [SEP]']);
  });

  it.each([
    [undefined, '[CLS] [UNK] b [SEP]'],
    [1, '[CLS] a b [SEP]'],
  ] as const)('with hygiene %p', (hygiene, expected) => {
    expect(
      readText(tokenizer, '\u2800\uff41 b', { longTexts: 'head', maxTokens: 6, hygiene }).windows.map(words),
    ).toEqual([expected]);
  });
});

describe('spreadWindows', () => {
  it('covers every token, in as few windows as can', () => {
    fc.assert(
      fc.property(wholeText, maxTokens, (ids, room) => {
        const windows = spreadWindows(ids, room);
        expect(new Set(windows.flatMap((window) => [...window]))).toEqual(new Set(ids));
        expect(windows).toHaveLength(Math.max(1, Math.ceil((ids.length - 2) / (room - 2))));
      }),
    );
  });

  it('gives windows that are full, or the whole text', () => {
    fc.assert(
      fc.property(wholeText, maxTokens, (ids, room) => {
        for (const window of spreadWindows(ids, room)) expect(window).toHaveLength(Math.min(room, ids.length));
      }),
    );
  });
});

describe('randomWindow', () => {
  it('is a stretch of the text between [CLS] and [SEP]', () => {
    fc.assert(
      fc.property(wholeText, maxTokens, fc.nat(), (ids, room, seed) => {
        const window = randomWindow(ids, room, new Random(seed));
        const start = ids.indexOf(window[1]);
        expect([...window.subarray(1, -1)]).toEqual([...ids.subarray(start, start + window.length - 2)]);
        expect([window[0], window.at(-1), window.length]).toEqual([2, 3, Math.min(room, ids.length)]);
      }),
    );
  });

  it('reaches both ends', () => {
    const ids = Int32Array.from([2, 10, 11, 12, 13, 3]);
    const starts = Array.from({ length: 50 }, (_, seed) => randomWindow(ids, 4, new Random(seed))[1]);
    expect(new Set(starts)).toEqual(new Set([10, 11, 12]));
  });
});
