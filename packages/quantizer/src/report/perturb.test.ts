import { describe, expect, it } from '@jest/globals';
import { cleanText, Random } from '@retort/shared';
import { perturbations } from './perturb.ts';

const text =
  'The students wrote, in one hour, an essay about patience: "Paper is patient", they said; nobody agreed with them at first.';
const apply = (name: string, of = text, seed = 1) =>
  perturbations.find((perturbation) => perturbation.name === name)?.apply(of, new Random(seed, name)) ?? '';

describe('perturbations', () => {
  it.each(perturbations.map(({ name }) => name))('change the same for the same seed: %s', (name) => {
    expect(apply(name)).toBe(apply(name));
  });

  it.each(['homoglyphs', 'zero-width', 'misspellings'])('change other places for another seed: %s', (name) => {
    expect(new Set([1, 2, 3].map((seed) => apply(name, text, seed))).size).toBeGreaterThan(1);
  });

  it.each(['homoglyphs', 'zero-width'])('are undone by hygiene: %s', (name) => {
    expect(apply(name)).not.toBe(text);
    expect(cleanText(apply(name)).text).toBe(text);
  });

  it('double spaces', () => {
    expect(apply('spaces', 'a b c')).toBe('a  b  c');
  });

  it('make letters capital', () => {
    expect(apply('case', 'a Bé')).toBe('A BÉ');
  });

  it('misspell some words of four letters and more, by one letter', () => {
    const long = Array.from({ length: 200 }, () => 'abcdef cat').join(' ');
    const words = apply('misspellings', long).split(' ');
    const wrong = words.filter((word) => word !== 'abcdef' && word !== 'cat');
    expect(wrong.length).toBeGreaterThan(8);
    expect(wrong.length).toBeLessThan(36);
    for (const word of wrong) {
      expect(word).toMatch(/^a[b-f]{4,6}$/);
      expect(Math.abs(word.length - 6)).toBeLessThanOrEqual(1);
    }
  });

  it.each([
    [49, 49],
    [50, 50],
    [51, 50],
  ])('of %i words leave %i', (count, kept) => {
    const words = Array.from({ length: count }, (_, i) => `w${i}`).join(' \n');
    expect(apply('50 words', words).split(/\s+/)).toHaveLength(kept);
  });
});
