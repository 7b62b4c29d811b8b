import { describe, expect, it } from '@jest/globals';
import { parseFilter } from '@retort/tracking/filter';
import { effectiveFilter, groupRows, mergeRuns, type RunGroup, type RunRow, runFilters } from './rows.ts';
import { testRun } from './test-run.ts';

const run = (key: string, seconds: number) => testRun({ run: key, seconds });
const byTime = (a: RunRow, b: RunRow) => b.seconds - a.seconds;
const names = (runs: readonly RunRow[]) => runs.map(({ run }) => run).join('');
const list = [run('a', 9), run('b', 5), run('c', 1)];

describe('mergeRuns', () => {
  it('puts a new run where the order wants it', () => {
    const merged = mergeRuns(list, { changed: new Set('d'), now: [run('d', 7)], all: true }, byTime);
    expect(names(merged)).toBe('adbc');
  });

  it('moves a run whose value has changed', () => {
    const merged = mergeRuns(list, { changed: new Set('c'), now: [run('c', 10)], all: true }, byTime);
    expect(names(merged)).toBe('cab');
  });

  it('takes out a run that the filter no longer holds for', () => {
    expect(names(mergeRuns(list, { changed: new Set('b'), now: [], all: true }, byTime))).toBe('ac');
  });

  it('leaves what belongs behind the loaded end to later pages', () => {
    expect(names(mergeRuns(list, { changed: new Set('d'), now: [run('d', 0)], all: false }, byTime))).toBe('abc');
  });
});

const group = (value: number, runs: string[]): RunGroup => ({ value, experiment: 'e', stage: 's', runs, means: [] });

describe('groupRows', () => {
  const groups = [group(2, ['a', 'b']), group(6, ['c'])];

  it('has a line a group', () => {
    expect(groupRows(groups, new Set(), new Map()).map(({ kind }) => kind)).toEqual(['group', 'group']);
  });

  it('has the runs of an open group below it', () => {
    const rows = groupRows(groups, new Set(['2']), new Map([['2', list]]));
    expect(rows.map(({ kind }) => kind)).toEqual(['group', 'run', 'run', 'run', 'group']);
  });

  it('says that runs are on their way', () => {
    expect(groupRows(groups, new Set(['6']), new Map()).map(({ kind }) => kind)).toEqual(['group', 'group', 'pending']);
  });
});

describe('filters', () => {
  it.each([
    ['', true, '(archived = true or archived = false)'],
    ['a = 1 or b = 2', true, '(a = 1 or b = 2) and (archived = true or archived = false)'],
    ['a = 1', false, 'a = 1'],
  ])('%p with archived runs %p', (filter, archived, wanted) => {
    expect(effectiveFilter(filter, archived)).toBe(wanted);
    expect(() => parseFilter(wanted)).not.toThrow();
  });

  it('for some runs are short enough and can be read', () => {
    const keys = Array.from({ length: 100 }, (_, i) => `${String(i).padStart(8, '0')}-0000-4000-8000-000000000000`);
    const filters = runFilters('a = 1 or b = 2', keys);
    expect(filters).toHaveLength(2);
    for (const filter of filters) expect(() => parseFilter(filter)).not.toThrow();
  });
});
