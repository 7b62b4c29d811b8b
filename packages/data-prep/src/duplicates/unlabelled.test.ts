import { describe, expect, it } from '@jest/globals';
import { Random, type SplitName } from '@retort/shared';
import { dropRepeats } from './unlabelled.ts';

const words = (seed: number) => {
  const random = new Random(seed);
  return Array.from({ length: 40 }, () => `w${random.integer(1000)}`);
};
const text = (seed: number) => words(seed).join(' ');
/** Differs in its last word alone. */
const nearCopy = (seed: number) => [...words(seed).slice(0, -1), 'other'].join(' ');

const drop = (texts: readonly string[], labelled: readonly (readonly [string, SplitName])[]) => {
  const { kept, repeats } = dropRepeats(
    texts.map((text) => ({ text, source: 'u.csv', group: undefined })),
    labelled.map(([text, split]) => ({ text, split })),
    0.8,
  );
  return { kept: kept.map(({ text }) => text), repeats };
};
const none = { train: 0, validation: 0, test: 0, unlabelled: 0 };

describe('dropRepeats', () => {
  it('keeps texts that are new', () => {
    expect(drop([text(1), text(2)], [[text(3), 'train']])).toEqual({ kept: [text(1), text(2)], repeats: none });
  });

  it.each(['train', 'validation', 'test'] as const)('drops exact and near copies of a text of %s', (split) => {
    expect(drop([text(1), nearCopy(1), text(2)], [[text(1), split]])).toEqual({
      kept: [text(2)],
      repeats: { ...none, [split]: 2 },
    });
  });

  it('drops copies within', () => {
    expect(drop([text(1), nearCopy(1), text(1)], [])).toEqual({ kept: [text(1)], repeats: { ...none, unlabelled: 2 } });
  });

  it('counts a copy of texts in several splits for the latest of them', () => {
    const labelled = [
      [nearCopy(1), 'train'],
      [text(1), 'test'],
    ] as const;
    expect(drop([[...words(1).slice(0, -1), 'third'].join(' ')], labelled).repeats).toEqual({ ...none, test: 1 });
  });
});
