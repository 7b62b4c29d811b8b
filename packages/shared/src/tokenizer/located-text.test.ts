import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { locateText } from './located-text.ts';
import { longTextPolicies, readText } from './long-texts.ts';
import { createTokenizer } from './tokenizer.ts';
import { bertVocabulary } from './vocabulary.ts';

const tokenizer = createTokenizer(bertVocabulary());
const whole = { longTexts: 'windows', maxTokens: 512 } as const;
const pieces = (text: string, reading = {}) =>
  locateText(tokenizer, text, { ...whole, ...reading })
    .tokenList()
    .map(({ token, start, end }) => [token, text.slice(start, end)]);

describe('the tokens of a text', () => {
  it.each([
    ['words and marks', 'He said: "No!"', ['he', 'said', ':', '"', 'no', '!', '"']],
    ['pieces of words', 'Tokenizers', ['token', '##izer', '##s']],
    ['accents', 'Café Ünïcödé', ['cafe', 'unicode']],
    ['Chinese characters', 'see中国', ['see', '中', '国']],
    ['unknown words', 'a ☃☃ b', ['a', '[UNK]', 'b']],
    ['special tokens', 'a[SEP]b', ['a', '[SEP]', 'b']],
  ])('are found where they stand: %s', (_, text, tokens) => {
    const found = pieces(text);
    expect(found.map(([token]) => token)).toEqual(tokens);
    expect(found.map(([, part]) => part).join('')).toBe(text.replaceAll(' ', ''));
  });

  it('have the places of the text before it was cleaned', () => {
    expect(pieces('p\u200bаper cup', { hygiene: 1 })).toEqual([
      ['paper', 'p\u200bаper'],
      ['cup', 'cup'],
    ]);
  });
});

const anyText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('paper ', 'Ü', '中', '[SEP]', '\u200b', 'ıİΣς ', 'e\u0301\u0323'),
    ),
  )
  .map((parts) => parts.join(''));

describe('locateText', () => {
  it('reads as readText does, whatever the text and the policy', () => {
    fc.assert(
      fc.property(
        anyText,
        fc.constantFrom(...longTextPolicies),
        fc.integer({ min: 3, max: 20 }),
        (text, longTexts, maxTokens) => {
          const reading = { longTexts, maxTokens, hygiene: 1 } as const;
          expect(locateText(tokenizer, text, reading)).toMatchObject({ ...readText(tokenizer, text, reading) });
        },
      ),
      { seed: 1 },
    );
  });

  it('gives places in order, within the text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const places = locateText(tokenizer, text, { ...whole, hygiene: 1 }).tokenList();
        for (const [i, { start, end }] of places.entries()) {
          expect(start).toBeLessThanOrEqual(end);
          expect(start).toBeGreaterThanOrEqual(i === 0 ? 0 : places[i - 1].start);
          expect(end).toBeLessThanOrEqual(text.length);
        }
      }),
      { seed: 1 },
    );
  });

  it('covers all of a text by windows', () => {
    const text = ' one two three four five six seven ';
    const { places } = locateText(tokenizer, text, { longTexts: 'windows', maxTokens: 5 });
    expect(places.map(({ start, end }) => text.slice(start, end))).toEqual([
      ' one two three',
      'three four five',
      'five six seven ',
    ]);
  });

  it('ends where the beginning ends that is read', () => {
    expect(locateText(tokenizer, 'one two three', { longTexts: 'head', maxTokens: 4 }).places).toEqual([
      { start: 0, end: 7 },
    ]);
  });

  it('tells what head_tail leaves out', () => {
    const text = 'one two three four five six seven';
    const { places, ...read } = locateText(tokenizer, text, { longTexts: 'head_tail', maxTokens: 6 });
    expect(places).toEqual([{ start: 0, end: text.length, gap: { start: 3, end: 19 } }]);
    expect(read.tokenList().map(({ token }) => token)).toEqual(['one', 'five', 'six', 'seven']);
  });
});
