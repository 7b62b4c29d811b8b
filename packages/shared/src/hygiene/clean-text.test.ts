import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cleanText } from './clean-text.ts';
import { lookAlikeClass, lookAlikes } from './look-alikes.ts';

const flagOfScotland = '\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}';

describe('cleanText', () => {
  it.each([
    ['zero-width', 'p\u200ba\u2060p\ufeffe\u200dr', 'paper', 4],
    ['soft-hyphen', 'pa\u00adper', 'paper', 1],
    ['direction', 'pa\u202eper\u202c and\u200e', 'paper and', 3],
    ['selector', 'pa\ufe0fper\u{e0100}', 'paper', 2],
    ['blank', 'pa\u2800per\u3164is', 'pa per is', 2],
    ['styled-letter', '𝐩𝒶𝔭er ｐaper ⓟⓐⓟⓔⓡ 🅟🅐per 𝟏𝟐th', 'paper paper paper PAper 12th', 13],
    ['ligature', 'ﬁnal ﬂow eﬃcient', 'final flow efficient', 3],
    ['look-alike', 'рapеr pαper НELLO ƅ ɡood', 'paper paper HELLO ƅ good', 5],
  ] as const)('undoes %s', (kind, text, expected, count) => {
    expect(cleanText(text)).toMatchObject({ text: expected, changes: [{ kind, count }], normalized: true });
  });

  it('says all that it changed', () => {
    expect(cleanText('t\u200bhе сat').changes).toEqual([
      { kind: 'zero-width', count: 1 },
      { kind: 'look-alike', count: 2 },
    ]);
  });

  it.each([
    ['Russian', 'Оса и сор: это не оса, а «рок» на CD-ROM и VHSом.'],
    ['a Russian word in English', 'The word оса means wasp, and рак is cancer.'],
    ['a Russian word with a Latin letter by mistake', 'Эта роcа на траве'],
    ['a word of both alphabets', 'Яndex and Яндекс'],
    ['Greek', 'Το νερό και ο άνθρωπος, ένα και δύο'],
    ['science', 'TNFα, IFNγ and NFκB at 5 µm, αx + βy, kΩ, Δx'],
    ['mathematics', 'for all 𝑥 ∈ ℝ and 2𝑥 = 𝑦'],
    ['phonetics', 'language is /ˈlæŋɡwɪdʒ/, good is /ɡʊd/'],
    ['Turkish, German and French', 'ılık, straße, cœur, naïve'],
    ['Persian with non-joiners', 'می\u200cخواهم خانه\u200cها ه\u200d'],
    ['Hebrew with a mark of direction', 'שלום (Hello)\u200f, \u2068world\u2069'],
    ['Hindi with joiners', 'क्\u200dष क्\u200cष'],
    ['Thai with breaks', 'ภาษา\u200bไทย'],
    ['Japanese with fullwidth letters', 'ＡＢＣ株式会社は２０２０年に'],
    ['Korean with a filler', 'ㄱ\u3164ㄴ'],
    ['Braille', '⠓⠊⠀⠞⠓⠑⠗⠑'],
    ['emoji of several', '👩\u200d⚕\ufe0f 👨🏽\u200d🚀 ❤\ufe0f 1\ufe0f\u20e3 🅰\ufe0f'],
    ['a flag of tags', flagOfScotland],
    ['a Chinese variant', '葛\u{e0100}城市'],
    ['a list with letters in circles', 'ⓐ one ⓑ two'],
    ['curly quotes and dashes', '“It’s”—he said… 5 €'],
  ])('leaves %s alone', (_, text) => {
    expect(cleanText(text)).toMatchObject({ text, changes: [], normalized: false });
  });

  it('makes lone look-alikes Latin in a text that shows them inside Latin words', () => {
    expect(cleanText('а cаt saw а rat').text).toBe('a cat saw a rat');
  });

  it('in a Russian text changes only words that are Latin for the most part', () => {
    expect(cleanText('Я вижу а pаper, роcу и оса').text).toBe('Я вижу а paper, роcу и оса');
  });

  it('leaves plain ASCII untouched', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', maxLength: 200 }), (text) => {
        expect(cleanText(text)).toMatchObject({ text, normalized: false });
      }),
    );
  });
});

/** All that some rule is about, and what stands around it. */
const unit = fc.oneof(
  fc.constantFrom(...'aeopX1 -.éяжβλ漢かא\u0645कท', '👩', '\u{1f3fb}', '⚕', '\u{1f3f4}', '⠁', 'ㄱ', 'ʃ', 'ᠠ'),
  fc.constantFrom(
    ...'\u00ad\u034f\u061c\u115f\u1160\u180b\u180e\u200b\u200c\u200d\u200e\u202e\u2060\u2800\u3164\ufe0f\ufeff\uffa0\u20e3',
    ...['\u{e0067}', '\u{e007f}', '\u{e0100}', '𝐚', '𝛼', '𝟏', 'ℝ', 'ⓐ', '🅐', '🅰', 'ａ', '１', 'ﬁ'],
  ),
  fc.constantFrom(...lookAlikeClass),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
);
const anyText = fc.array(unit, { maxLength: 30 }).map((units) => units.join(''));
const runs = { numRuns: 3000, seed: 1 };

describe('cleanText of any text', () => {
  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const once = cleanText(text).text;
        expect(cleanText(once)).toMatchObject({ text: once, changes: [] });
      }),
      runs,
    );
  });

  it('says that it changed something where it did, and only there', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const clean = cleanText(text);
        expect(clean.normalized).toBe(clean.text !== text);
      }),
      runs,
    );
  });

  it('knows the place of each character: in order, and all of the text between the ends', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const clean = cleanText(text);
        const places = Array.from({ length: clean.text.length + 1 }, (_, i) => clean.toOriginal(i));
        expect(places).toEqual([...places].sort((a, b) => a - b));
        if (clean.text.length > 0) expect([places[0], places.at(-1)]).toEqual([0, text.length]);
        // What is in both texts stands where it is said to.
        for (let i = 1; i < clean.text.length; i++) {
          const character = clean.text[i];
          if (/[яжβλ漢か]/.test(character)) expect(text[places[i]]).toBe(character);
        }
      }),
      runs,
    );
  });
});

const inverse = new Map(
  [...lookAlikes].filter(([, { alphabet }]) => alphabet === 'cyrillic').map(([like, { latin }]) => [latin, like]),
);

describe('an English text', () => {
  const text = 'The students wrote an essay about a fine day; "Paper", he said, "is patient".';

  it.each([
    ['characters of no width anywhere', (letter: string) => `${letter}\u200b`],
    ['soft hyphens anywhere', (letter: string) => `\u00ad${letter}`],
    ['Cyrillic look-alikes anywhere', (letter: string) => inverse.get(letter) ?? letter],
    [
      'fullwidth letters anywhere',
      (letter: string) => letter.replace(/[a-z]/i, (one) => String.fromCodePoint((one.codePointAt(0) ?? 0) + 0xfee0)),
    ],
    [
      'bold letters anywhere',
      (letter: string) =>
        letter.replace(/[a-z]/, (one) => String.fromCodePoint((one.codePointAt(0) ?? 0) - 0x61 + 0x1d41a)),
    ],
  ])('is what it was after %s', (_, change) => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: text.length, maxLength: text.length }), (chosen) => {
        // Some word shows that it mixes letters: a word all of whose letters are Cyrillic might be one.
        const changed = [...text].map((letter, i) => (chosen[i] || i === 2 ? change(letter) : letter)).join('');
        expect(cleanText(changed).text).toBe(text);
      }),
      { numRuns: 300, seed: 2 },
    );
  });
});

describe('toOriginal', () => {
  it('gives what a stretch of the clean text was', () => {
    const original = '“𝐇𝐞𝐥𝐥𝐨” ﬁ\u200bne w\u00adоrld';
    const { text, toOriginal } = cleanText(original);
    const was = (words: string) => {
      const start = text.indexOf(words);
      return original.slice(toOriginal(start), toOriginal(start + words.length));
    };
    expect([was('Hello'), was('fine'), was('world')]).toEqual(['𝐇𝐞𝐥𝐥𝐨', 'ﬁ\u200bne', 'w\u00adоrld']);
  });

  it('gives what was removed at the beginning to the first character', () => {
    const { toOriginal } = cleanText('\ufeffab\u200b');
    expect([0, 1, 2].map(toOriginal)).toEqual([0, 2, 4]);
  });
});
