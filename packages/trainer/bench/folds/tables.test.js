import { describe, expect, it } from '@jest/globals';
import { compareByText, comparisonNote } from './tables.js';

const row = (fold, seed, student = [], other = []) => ({
  fold,
  seed,
  student: { correct: student },
  other: { correct: other },
});

describe('compareByText', () => {
  it("is McNemar's test over the texts of all folds, where each has one seed", () => {
    const rows = [row(1, 1, [1, 1, 1, 0], [0, 0, 0, 0]), row(2, 2, [1, 1, 1], [0, 1, 0])];
    expect(compareByText(rows)).toEqual({ onlyA: 5, onlyB: 0, p: 2 / 2 ** 5 });
  });

  it('counts a text once, however many seeds its fold has', () => {
    const same = [1, 2, 3].map((seed) => row(1, seed, [1, 1, 1, 1, 0], [0, 0, 0, 1, 1]));
    expect(compareByText(same)).toEqual(compareByText(same.slice(0, 1)));
  });

  it('weighs the seeds of a text: the student that more of them have right has it', () => {
    const rows = [row(1, 1, [1, 0, 1], [0, 0, 0]), row(1, 2, [1, 0, 0], [1, 1, 1])];
    expect(compareByText(rows)).toMatchObject({ onlyA: 1, onlyB: 1, p: 1 });
  });

  it('refuses seeds of a fold that were tested on other texts', () => {
    expect(() => compareByText([row(1, 1, [1], [0]), row(1, 2, [1, 0], [0, 0])])).toThrow('other texts');
  });
});

describe('comparisonNote', () => {
  it('says which test it is', () => {
    expect(comparisonNote([row(1, 1), row(2, 2)])).toContain('McNemar');
    expect(comparisonNote([row(1, 1), row(1, 2)])).toContain('sign test');
  });
});
