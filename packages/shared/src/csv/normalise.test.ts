import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { normaliseText } from './normalise.ts';

describe('normaliseText', () => {
  it.each([
    ['composes characters', 'e\u0301', 'é'],
    ['makes every line end LF', 'a\r\nb\rc\u2028d', 'a\nb\nc\nd'],
    ['makes runs of white space one space', 'a \t\u00a0 b', 'a b'],
    ['trims lines and the text', ' \n a \n b \n', 'a\nb'],
    ['keeps one blank line between paragraphs', 'a\n \n\n\nb', 'a\n\nb'],
    ['leaves nothing of white space', ' \t\r\n ', ''],
  ])('%s', (_, text, expected) => {
    expect(normaliseText(text)).toBe(expected);
  });

  it('changes nothing the second time', () => {
    const text = fc.string({ unit: fc.constantFrom('a', ' ', '\n', '\r', '\t', '\u00a0', 'e', '\u0301', '\u2029') });
    fc.assert(
      fc.property(text, (value) => {
        expect(normaliseText(normaliseText(value))).toBe(normaliseText(value));
      }),
      { seed: 1 },
    );
  });
});
