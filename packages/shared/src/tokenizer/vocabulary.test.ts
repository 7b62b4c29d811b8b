import { describe, expect, it } from '@jest/globals';
import { sha256 } from '../files.ts';
import { bertVocabulary } from './vocabulary.ts';

describe('bertVocabulary', () => {
  it("is bert-base-uncased's vocab.txt to the byte", () => {
    const file = bertVocabulary()
      .map((token) => `${token}\n`)
      .join('');
    expect(sha256(file)).toBe('07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3');
  });

  it('has 30,522 entries, all different', () => {
    expect(new Set(bertVocabulary()).size).toBe(30_522);
  });
});
