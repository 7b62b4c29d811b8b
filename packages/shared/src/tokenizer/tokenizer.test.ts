import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { UserError } from '../errors.ts';
import { createTokenizer, type TokenizerOptions } from './tokenizer.ts';
import { bertVocabulary } from './vocabulary.ts';

interface Golden {
  readonly variants: readonly {
    readonly options: TokenizerOptions;
    readonly cases: readonly { readonly text: string; readonly ids: string; readonly places: string }[];
  }[];
}
const golden: Golden = JSON.parse(readFileSync(new URL('../../golden/tokens.json', import.meta.url), 'utf8'));

const vocabulary = bertVocabulary();
const tokenizer = createTokenizer(vocabulary);
const anyText = fc
  .array(fc.oneof(fc.nat(0x24f), fc.nat(0xffff), fc.nat(0x10ffff)))
  .map((codes) => String.fromCodePoint(...codes));
const tokens = (text: string, maxTokens = 512) =>
  Array.from(tokenizer.encode(text, maxTokens).ids, (id) => vocabulary[id]).join(' ');

describe('createTokenizer', () => {
  it.each(golden.variants)("gives the ids of Hugging Face's tokenizers with $options", ({ options, cases }) => {
    const variant = createTokenizer(vocabulary, options);
    const ours = cases.map(({ text }) => variant.encode(text, 10_000).ids.join(' '));
    expect(ours).toEqual(cases.map(({ ids }) => ids));
  });

  it.each(golden.variants)(
    "finds tokens where Hugging Face's tokenizers find them with $options",
    ({ options, cases }) => {
      const variant = createTokenizer(vocabulary, options);
      const ours = cases.map(({ text }) => {
        const { starts, ends } = variant.locate(text, 10_000);
        const places = Array.from(starts, (start, i) => `${start}-${ends[i]}`);
        return [text, places.slice(1, -1).join(' ')];
      });
      expect(ours).toEqual(cases.map(({ text, places }) => [text, places]));
    },
  );

  it('gives the same ids from the cache as without it', () => {
    const text = golden.variants[0].cases.map((case_) => case_.text).join(' ');
    const first = createTokenizer(vocabulary).encode(text, 100_000);
    const second = [1, 2].map(() => tokenizer.encode(text, 100_000))[1];
    expect(second.ids).toEqual(first.ids);
  });

  it('gives the same ids after more different words than the cache holds', () => {
    const small = createTokenizer(vocabulary);
    const before = small.encode('the house of cards', 16);
    for (let i = 0; i < 70_000; i++) small.encode(`w${i}`, 4);
    expect(small.encode('the house of cards', 16)).toEqual(before);
  });

  it('tokenizes each word of a text by itself', () => {
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 6 }), (words) => {
        const middle = (text: string) => [...tokenizer.encode(text, 10_000).ids.slice(1, -1)];
        expect(middle(words.join(' '))).toEqual(words.flatMap(middle));
      }),
      { seed: 1 },
    );
  });

  it('truncates to the first ids of the whole text', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 2, max: 12 }), (text, maxTokens) => {
        const whole = tokenizer.encode(text, 10_000).ids;
        const { ids, truncated } = tokenizer.encode(text, maxTokens);
        expect(truncated).toBe(whole.length > maxTokens);
        expect([...ids]).toEqual([...whole.slice(0, Math.min(whole.length, maxTokens) - 1), tokenizer.sepId]);
      }),
      { seed: 1 },
    );
  });

  it('says of a text that just fits that it is not truncated', () => {
    expect(tokenizer.encode('one two', 4).truncated).toBe(false);
  });

  it('says of a text with one token too many that it is truncated', () => {
    expect(tokenizer.encode('one two three', 4)).toEqual({ ids: Int32Array.of(101, 2028, 2048, 102), truncated: true });
  });

  it('drops half a surrogate pair', () => {
    expect(tokens('a\ud83db \ude00')).toBe('[CLS] ab [SEP]');
  });

  it('calls a word of 101 characters unknown, even of characters outside the basic plane', () => {
    expect(tokens(`${'😀'.repeat(100)} ${'x'.repeat(101)}`)).toBe('[CLS] [UNK] [UNK] [SEP]');
  });

  it('takes a megabyte without a space', () => {
    expect(tokenizer.encode('x'.repeat(2 ** 20), 8).ids).toHaveLength(3);
    expect(tokenizer.encode('中'.repeat(2 ** 19), 8)).toMatchObject({ truncated: true });
  });

  it('refuses a vocabulary without the special tokens', () => {
    expect(() => createTokenizer(['[PAD]', '[UNK]', '[CLS]', 'a'])).toThrow(UserError);
  });

  it('refuses a length without room for [CLS] and [SEP]', () => {
    expect(() => tokenizer.encode('a', 1)).toThrow(RangeError);
  });
});
