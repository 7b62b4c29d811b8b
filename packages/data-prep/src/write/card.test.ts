import { describe, expect, it } from '@jest/globals';
import type { SplitName } from '@retort/shared';
import { type CardInput, makeCard, quartiles } from './card.ts';
import { formatCard } from './card-markdown.ts';

const row = (id: number, label: string, split: SplitName, group: string, source = 'a.csv') => ({
  id,
  text: 'some words here',
  label,
  group,
  source,
  split,
});

const input: CardInput = {
  experiment: 'x',
  seed: 1,
  labelNames: ['human', 'ai'],
  rows: [
    row(0, 'human', 'train', 'g1'),
    row(1, 'human', 'train', 'g1'),
    row(2, 'human', 'test', 'g2'),
    row(3, 'ai', 'train', 'g3', 'model | one'),
    row(4, 'ai', 'validation', 'g4', 'model | one'),
  ],
  files: [
    { file: 'a.csv', rows: 6, examples: [], rejects: [{ file: 'a.csv', line: 3, reason: 'no text', start: '' }] },
  ],
  duplicates: { exact: { within: 1, across: 2 }, near: { within: 3, across: 4 }, conflicting: { exact: 5, near: 6 } },
  threshold: 0.8,
  shares: { validation: 0.2, test: 0.2 },
};

describe('makeCard', () => {
  const card = makeCard(input);

  it('counts by split and label', () => {
    expect(card.splits).toEqual({
      train: { human: 2, ai: 1 },
      validation: { human: 0, ai: 1 },
      test: { human: 1, ai: 0 },
    });
  });

  it('counts groups by split', () => {
    expect(card.groups).toEqual({ train: 2, validation: 1, test: 1 });
  });

  it('counts by source and label', () => {
    expect(card.sources).toEqual({ 'a.csv': { human: 3, ai: 0 }, 'model | one': { human: 0, ai: 2 } });
  });

  it('counts rejects by reason', () => {
    expect(card.rejects).toEqual({ 'no text': 1 });
  });

  it('warns of a split that has far fewer or more of a label than wanted', () => {
    expect(card.warnings).toContain(
      'test has 0.0 % of the label "ai", 20.0 % were wanted: the groups allow no better split',
    );
  });
});

describe('quartiles', () => {
  it('interpolates between the sorted values', () => {
    expect(quartiles([4, 1, 3, 2])).toEqual({ min: 1, q1: 1.8, median: 2.5, q3: 3.3, max: 4 });
  });
});

describe('formatCard', () => {
  const text = formatCard(makeCard(input));

  it('shows the splits as a table', () => {
    expect(text).toContain('| train | 2 | 1 | 3 | 2 |');
  });

  it('escapes what would break a table', () => {
    expect(text).toContain('| model \\| one | 0 | 2 | 2 |');
  });

  it('shows duplicates and rejects', () => {
    expect(text).toContain('| near | 3 | 4 |');
    expect(text).toContain('| no text | 1 |');
  });

  it('says so if nothing was rejected', () => {
    expect(formatCard(makeCard({ ...input, files: [] }))).toContain('## Rejects\n\nNone.');
  });
});
