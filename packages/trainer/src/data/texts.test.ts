import { describe, expect, it } from '@jest/globals';
import { createTokenizer } from '@retort/shared';
import { evaluationTexts, trainingTexts } from './texts.ts';

const letters = [...'abcdefghijklmnopqrst'];
const tokenizer = createTokenizer(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...letters]);
const split = { texts: [letters.join(' '), 'a b c'], labels: Int32Array.of(0, 1) };
const windows = { longTexts: 'windows', maxTokens: 7, seed: 1 } as const;

describe('trainingTexts', () => {
  it('reads another window of a long text in another epoch, and the whole of a short one', () => {
    const { views } = trainingTexts(tokenizer, split, windows);
    const read = [1, 2, 3, 4].map(views);
    expect(new Set(read.map(([long]) => long.join())).size).toBeGreaterThan(1);
    expect(new Set(read.map(([, short]) => short.join()))).toEqual(new Set(['2,5,6,7,3']));
  });

  it('reads the same when an epoch is asked for again, in another order too', () => {
    const texts = trainingTexts(tokenizer, split, windows);
    const second = texts.views(2);
    texts.views(1);
    expect(texts.views(2)).toEqual(second);
  });

  it('reads other windows by another seed', () => {
    const of = (seed: number) => trainingTexts(tokenizer, split, { ...windows, seed }).views;
    expect([1, 2, 3].map(of(1))).not.toEqual([1, 2, 3].map(of(2)));
  });

  it.each(['head', 'head_tail', 'windows'] as const)('tells which texts are longer than an input: %s', (longTexts) => {
    expect(trainingTexts(tokenizer, split, { ...windows, longTexts }).isLong).toEqual([true, false]);
  });
});

describe('evaluationTexts', () => {
  it('has all windows of a text', () => {
    const all = evaluationTexts(tokenizer, split, windows).windows;
    expect(all.map(({ length }) => length)).toEqual([4, 1]);
  });
});
