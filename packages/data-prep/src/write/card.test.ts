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

const rows = [
  row(0, 'human', 'train', 'g1'),
  row(1, 'human', 'train', 'g1'),
  row(2, 'human', 'test', 'g2'),
  row(3, 'ai', 'train', 'g3', 'model | one'),
  row(4, 'ai', 'validation', 'g4', 'model | one'),
];
const rejects = [{ file: 'a.csv', line: 3, reason: 'no text', start: '' }];
const input: CardInput = {
  experiment: 'x',
  seed: 1,
  labelNames: ['human', 'ai'],
  all: rows,
  rows,
  files: [{ file: 'a.csv', rows: 6, examples: [], rejects }],
  rejects,
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

  it('expects nothing of test groups', () => {
    const { warnings } = makeCard({ ...input, shares: { validation: 0.5, testGroups: ['g2'] } });
    expect(warnings.filter((warning) => warning.startsWith('test'))).toEqual([]);
  });

  it('counts what the limits left out, and judges the split as it was before', () => {
    const limited = makeCard({ ...input, rows: rows.slice(1) });
    expect(limited).toMatchObject({ texts: 4, leftOut: { train: 1 }, splits: { train: { human: 1 } } });
    expect(limited.warnings).toEqual(card.warnings);
  });

  it('counts unlabelled texts by source', () => {
    const texts = ['b', 'a', 'b'].map((source, i) => ({ text: `text ${i}`, source, group: undefined }));
    const repeats = { train: 1, validation: 2, test: 3, unlabelled: 4 };
    const unlabelled = { files: [{ file: 'u.csv', rows: 13, texts, rejects: [] }], texts, repeats, heldOut: 5 };
    expect(makeCard({ ...input, unlabelled }).unlabelled).toEqual({
      texts: 3,
      sources: { a: 1, b: 2 },
      files: [{ file: 'u.csv', rows: 13, rejected: 0 }],
      repeats,
      heldOut: 5,
    });
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
    expect(formatCard(makeCard({ ...input, rejects: [] }))).toContain('## Rejects\n\nNone.');
  });

  it('names the test groups', () => {
    const shares = { validation: 0.2, testGroups: ['g2', 'g9'] };
    expect(formatCard(makeCard({ ...input, shares }))).toContain('these groups, and no other text: `g2`, `g9`.');
  });

  it('says what the limits left out', () => {
    expect(formatCard(makeCard({ ...input, rows: rows.slice(2) }))).toContain(
      'left out texts drawn at random: 2 of train',
    );
  });

  it('tells of unlabelled texts and their copies', () => {
    const texts = [{ text: 'x', source: 'web', group: undefined }];
    const repeats = { train: 1, validation: 2, test: 3, unlabelled: 4 };
    const unlabelled = { files: [{ file: 'u.csv', rows: 11, texts, rejects: [] }], texts, repeats, heldOut: 5 };
    const page = formatCard(makeCard({ ...input, unlabelled }));
    expect(page).toContain('1 of training texts, 2 of validation texts, 3 of test texts, 4 of other unlabelled texts');
    expect(page).toContain('one of validation or test: 5.');
    expect(page).toContain('| web | 1 |');
    expect(page).toContain('| u.csv | 11 | 0 |');
  });
});
