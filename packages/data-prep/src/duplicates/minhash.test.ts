import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BandIndex, chooseBandRows, minhash, signatureSize } from './minhash.ts';
import { jaccard, shingle } from './shingles.ts';

const word = fc.integer({ min: 0, max: 5000 }).map((n) => `w${n}`);
const texts = fc
  .tuple(
    fc.array(word, { minLength: 60, maxLength: 200 }),
    fc.array(word, { maxLength: 200 }),
    fc.double({ min: 0, max: 1, noNaN: true }),
  )
  .map(([a, b, part]) => [a.join(' '), [...a.slice(0, Math.round(part * a.length)), ...b].join(' ')] as const);

/** The part of the entries that agree: an estimate of the Jaccard similarity. */
function estimateJaccard(a: Uint32Array, b: Uint32Array): number {
  let equal = 0;
  for (let i = 0; i < signatureSize; i++) if (a[i] === b[i]) equal++;
  return equal / signatureSize;
}

describe('shingle', () => {
  it('does not see case and punctuation', () => {
    expect(shingle('The cat, the Dog: a bird.')).toEqual(shingle('the cat the dog a bird'));
  });

  it.each(['\u2019', '\u2018', '\u02bc'])('takes the apostrophe %j for a plain one', (mark) => {
    const plain = "it's what they don't say that isn't heard";
    expect(shingle(plain.replaceAll("'", mark))).toEqual(shingle(plain));
  });

  it.each(['春天的雨下了一整夜', 'ฝนตกทั้งคืน'])('takes the characters of %j, which has no spaces, for words', (text) => {
    const shortened = text.slice(0, -1);
    expect(shingle(text).length).toBe(text.length - 2);
    expect(jaccard(shingle(text), shingle(shortened))).toBeCloseTo((text.length - 3) / (text.length - 2));
  });

  it('has one hash a distinct 3-gram, ascending', () => {
    const hashes = shingle('a b c d a b c');
    expect(hashes).toHaveLength(4);
    expect(hashes).toEqual(hashes.slice().sort());
  });

  it.each(['two words', 'one', '!?', '日本'])('has one hash for the short text %j', (text) => {
    expect(shingle(text)).toHaveLength(1);
  });

  it('tells short texts of different words or marks apart', () => {
    expect(new Set(['a b', 'b a', 'a', '!', '?'].map((text) => shingle(text)[0])).size).toBe(5);
  });
});

describe('jaccard', () => {
  it('is the part of all 3-grams that both texts have', () => {
    // a b c, b c d | b c d, c d e: one of three.
    expect(jaccard(shingle('a b c d'), shingle('b c d e'))).toBeCloseTo(1 / 3);
  });

  it('is what sets of 3-grams give', () => {
    const grams = (text: string) => {
      const words = text.split(' ');
      return new Set(words.slice(2).map((_, i) => words.slice(i, i + 3).join(' ')));
    };
    fc.assert(
      fc.property(texts, ([a, b]) => {
        const [x, y] = [grams(a), grams(b)];
        fc.pre(y.size > 0);
        const common = [...x].filter((gram) => y.has(gram)).length;
        expect(jaccard(shingle(a), shingle(b))).toBeCloseTo(common / (x.size + y.size - common), 6);
      }),
      { seed: 1 },
    );
  });
});

describe('minhash', () => {
  it('estimates the Jaccard similarity within five standard errors', () => {
    fc.assert(
      fc.property(texts, ([a, b]) => {
        const [x, y] = [shingle(a), shingle(b)];
        const j = jaccard(x, y);
        const error = Math.sqrt((j * (1 - j)) / signatureSize);
        expect(Math.abs(estimateJaccard(minhash(x), minhash(y)) - j)).toBeLessThanOrEqual(
          5 * error + 1 / signatureSize,
        );
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('is not biased', () => {
    const sample = fc.sample(texts, { seed: 2, numRuns: 300 });
    const errors = sample.map(
      ([a, b]) => estimateJaccard(minhash(shingle(a)), minhash(shingle(b))) - jaccard(shingle(a), shingle(b)),
    );
    expect(Math.abs(errors.reduce((sum, error) => sum + error, 0) / errors.length)).toBeLessThan(0.01);
  });
});

describe('BandIndex', () => {
  it.each([0.3, 0.5, 0.8, 0.9, 1])('has bands that find a pair at the threshold %d with 0.999', (threshold) => {
    const rows = chooseBandRows(threshold);
    expect(1 - (1 - threshold ** rows) ** (signatureSize / rows)).toBeGreaterThanOrEqual(0.999);
  });

  it('finds a signature that shares a band, and not one that shares none', () => {
    const index = new BandIndex(4);
    const signature = Uint32Array.from({ length: signatureSize }, (_, i) => i);
    index.add(7, signature);
    expect(index.candidates(signature.map((value, i) => (i < 4 ? value : value + 1)))).toEqual([7]);
    expect(index.candidates(signature.map((value, i) => (i % 4 === 0 ? value + 1 : value)))).toEqual([]);
  });
});
