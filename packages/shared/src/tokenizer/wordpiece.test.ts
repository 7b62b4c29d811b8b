import { describe, expect, it } from '@jest/globals';
import { wordPieces } from './wordpiece.ts';

const idOf = new Map(['[UNK]', 'un', '##aff', '##able', '##a', 'una', '😀', '##😀'].map((token, id) => [token, id]));
const pieces = (word: string) => wordPieces(word, idOf, 0);

describe('wordPieces', () => {
  it('takes the longest piece that fits, from left to right', () => {
    expect(pieces('unaffable')).toEqual([0]);
    expect(pieces('unable')).toEqual([0]);
    expect(pieces('unaa')).toEqual([5, 4]);
  });

  it('calls all of a word unknown for one part that is', () => {
    expect(pieces('unaz')).toEqual([0]);
  });

  it('does not take a piece from the middle for a beginning', () => {
    expect(pieces('able')).toEqual([0]);
  });

  it('counts the length of a word in characters, not in UTF-16 units', () => {
    expect(pieces('😀'.repeat(100))).toHaveLength(100);
    expect(pieces('😀'.repeat(101))).toEqual([0]);
  });
});
