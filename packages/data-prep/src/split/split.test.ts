import { describe, expect, it } from '@jest/globals';
import { Random, splitNames } from '@retort/shared';
import fc from 'fast-check';
import { splitRows } from './split.ts';
import type { SplitRow } from './units.ts';

const options = {
  shares: { validation: 0.15, test: 0.2 },
  seed: 1,
  labelNames: ['human', 'ai'],
  file: 'experiment.json',
};
const wanted = { train: 0.65, validation: 0.15, test: 0.2 };

const row = (cluster: number, label: number, group?: string, sourceIndex = 0): SplitRow => ({
  label,
  sourceIndex,
  group,
  cluster,
});

function shares(rows: readonly SplitRow[], splits: readonly string[], where: (row: SplitRow) => boolean) {
  const total = rows.filter(where).length;
  return splitNames.map((split) => rows.filter((row, i) => where(row) && splits[i] === split).length / total);
}

/** 13 groups of very different sizes, the labels mixed in each in a proportion of its own. */
const fewGroups = [2300, 1500, 1200, 900, 800, 700, 500, 400, 350, 300, 200, 120, 72].flatMap((size, group) => {
  const random = new Random(group);
  const part = 0.3 + 0.5 * random.uniform();
  return Array.from({ length: size }, (_, i) => row(group * 10_000 + i, random.uniform() < part ? 0 : 1, `g${group}`));
});

describe('splitRows', () => {
  it('shares out thousands of single rows exactly, label by label', () => {
    const rows = Array.from({ length: 4000 }, (_, i) => row(i, i % 4 === 0 ? 1 : 0));
    const splits = splitRows(rows, options);
    for (const label of [0, 1]) {
      expect(shares(rows, splits, (row) => row.label === label)).toEqual([0.65, 0.15, 0.2]);
    }
  });

  it('comes near the wanted shares of every label with 13 groups of very different sizes', () => {
    const splits = splitRows(fewGroups, options);
    for (const label of [0, 1]) {
      shares(fewGroups, splits, (row) => row.label === label).forEach((share, i) => {
        expect(Math.abs(share - wanted[splitNames[i]])).toBeLessThan(0.03);
      });
    }
  });

  it('spreads both the rows with a group and those without over all splits', () => {
    const rows = [...fewGroups, ...Array.from({ length: 6000 }, (_, i) => row(1_000_000 + i, i % 2))];
    const splits = splitRows(rows, options);
    for (const where of [(row: SplitRow) => row.group !== undefined, (row: SplitRow) => row.group === undefined]) {
      shares(rows, splits, where).forEach((share, i) => {
        expect(Math.abs(share - wanted[splitNames[i]])).toBeLessThan(0.04);
      });
    }
  });

  it('never parts a group or a cluster', () => {
    const rows = fc.array(
      fc.record({
        cluster: fc.nat(40),
        label: fc.nat(1),
        sourceIndex: fc.nat(1),
        group: fc.option(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { nil: undefined }),
      }),
      { minLength: 120, maxLength: 300 },
    );
    // Single rows besides, so that every split can have both labels.
    const singles = Array.from({ length: 40 }, (_, i) => row(1000 + i, i % 2));
    fc.assert(
      fc.property(rows, fc.nat(100), (some, seed) => {
        const all = [...some, ...singles];
        const splits = splitRows(all, { ...options, seed });
        for (const key of [(row: SplitRow) => `cluster ${row.cluster}`, (row: SplitRow) => row.group]) {
          const seen = new Map<string, string>();
          all.forEach((row, i) => {
            const name = key(row);
            if (name !== undefined) expect(seen.get(name) ?? splits[i]).toBe(splits[i]);
            if (name !== undefined) seen.set(name, splits[i]);
          });
        }
      }),
      { seed: 1, numRuns: 30 },
    );
  });

  it('gives the same splits for the same seed, others for another', () => {
    const rows = Array.from({ length: 200 }, (_, i) => row(i, i % 2));
    expect(splitRows(rows, options)).toEqual(splitRows(rows, options));
    expect(splitRows(rows, { ...options, seed: 2 })).not.toEqual(splitRows(rows, options));
  });

  it('splits more than two labels', () => {
    const rows = Array.from({ length: 300 }, (_, i) => row(i, i % 3));
    const splits = splitRows(rows, { ...options, labelNames: ['a', 'b', 'c'] });
    expect(shares(rows, splits, (row) => row.label === 2)).toEqual([0.65, 0.15, 0.2]);
  });

  it('refuses rows of one label', () => {
    expect(() => splitRows([row(0, 1), row(1, 1)], options)).toThrow('all 2 rows have the label "ai"');
  });

  it('refuses a label that no row has', () => {
    const rows = Array.from({ length: 30 }, (_, i) => row(i, i % 2));
    expect(() => splitRows(rows, { ...options, labelNames: ['human', 'ai', 'robot'] })).toThrow(
      'no row has the label "robot"',
    );
  });

  it('refuses too few rows', () => {
    expect(() => splitRows([row(0, 0), row(1, 1), row(2, 0)], options)).toThrow(
      /3 rows in 3 groups are too few to split/,
    );
  });

  it('refuses too few groups', () => {
    const rows = Array.from({ length: 100 }, (_, i) => row(i, i % 2, i < 50 ? 'a' : 'b'));
    expect(() => splitRows(rows, options)).toThrow(
      expect.objectContaining({ name: 'UserError', message: expect.stringContaining('100 rows in 2 groups') }),
    );
  });

  it('gives every split every label where just enough groups are there', () => {
    const rows = Array.from({ length: 90 }, (_, i) => row(i, i % 2, `g${i % 3}`));
    expect(new Set(splitRows(rows, options)).size).toBe(3);
  });

  describe('with test groups', () => {
    const grouped = { ...options, shares: { validation: 0.25, testGroups: ['g3', 'g7'] } };
    const singles = Array.from({ length: 400 }, (_, i) => row(1_000_000 + i, i % 2));
    const rows = [...fewGroups, ...singles];

    it('puts the groups, whole, and nothing else into the test', () => {
      const splits = splitRows(rows, grouped);
      expect(splits.map((split) => split === 'test')).toEqual(
        rows.map(({ group }) => group === 'g3' || group === 'g7'),
      );
    });

    it('takes the share of validation from the other rows', () => {
      const splits = splitRows(rows, grouped);
      const others = splits.filter((split) => split !== 'test');
      expect(others.filter((split) => split === 'validation').length / others.length).toBeCloseTo(0.25, 2);
    });

    it('refuses groups that lack a label', () => {
      const lone = [...rows, row(9_000_000, 0, 'lone')];
      expect(() => splitRows(lone, { ...grouped, shares: { validation: 0.25, testGroups: ['lone'] } })).toThrow(
        'no text of the test groups has the label "ai"',
      );
    });
  });
});
