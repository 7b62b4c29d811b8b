import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ReportedModel } from '@retort/tracking';
import { results } from '../../../../test/recorded.ts';
import { writeParquet } from '../../../../test/write-parquet.ts';
import { createPairAnswers } from './pair-answers.ts';

const workspace = mkdtempSync(join(tmpdir(), 'retort-'));
const others = ['b', 'c', 'd'];
beforeAll(() => {
  for (const run of ['base', ...others]) {
    mkdirSync(join(workspace, run));
    writeFileSync(join(workspace, run, 'results.json'), JSON.stringify(results));
    const ids = run === 'b' ? [2, 1] : [1, 2];
    const right = run === 'base' ? [0, 0] : [0, 4];
    writeParquet(
      join(workspace, run, 'predictions/test.parquet'),
      {
        ...{ id: ids, label: ids.map((id) => (id === 1 ? 'human' : 'ai')), source: ['a', 'a'] },
        ...{ 'student:human': ids.map((id) => 4 * (2 - id)), 'student:ai': ids.map((id) => right[id - 1]) },
      },
      ['INT32', 'STRING', 'STRING', 'FLOAT', 'FLOAT'],
    );
  }
});
afterAll(() => rmSync(workspace, { recursive: true }));

const student = (run: string): ReportedModel => ({ run, model: 'student', dataSet: '0'.repeat(64) });

/** Where runs are, the runs that were asked for, and how many at most at a time. */
function watchedFolders() {
  const asked: string[] = [];
  let inside = 0;
  const folders = {
    asked,
    most: 0,
    async folderOf(run: string) {
      asked.push(run);
      folders.most = Math.max(folders.most, ++inside);
      await setImmediate();
      inside--;
      return join(workspace, run);
    },
  };
  return folders;
}

describe('createPairAnswers', () => {
  it('pairs the answers by the texts’ ids, in whatever order they are kept', async () => {
    const pair = createPairAnswers(async (run) => join(workspace, run));
    expect(await pair(student('base'), student('b'))).toMatchObject({ onlyA: 0, onlyB: 1 });
  });

  it('reads each report once where many are compared with one at the same time', async () => {
    const { asked, folderOf } = watchedFolders();
    const pair = createPairAnswers(folderOf);
    await Promise.all(others.map((run) => pair(student('base'), student(run))));
    expect(asked).toEqual(['base', ...others]);
  });

  it('reads one report at a time', async () => {
    const folders = watchedFolders();
    const pair = createPairAnswers(folders.folderOf);
    await Promise.all(['base', ...others].map((run) => pair(student(run), student(run))));
    expect(folders.most).toBe(1);
  });

  it('reads again what it could not read', async () => {
    const failures = [new Error('the database is away')];
    const pair = createPairAnswers(async (run) => {
      const [failure] = failures.splice(0);
      if (failure !== undefined) throw failure;
      return join(workspace, run);
    });
    await expect(pair(student('base'), student('b'))).rejects.toThrow('the database is away');
    expect(await pair(student('base'), student('b'))).toMatchObject({ onlyB: 1 });
  });

  it('forgets the answers that were not asked for the longest time when it holds too much', async () => {
    const { asked, folderOf } = watchedFolders();
    const pair = createPairAnswers(folderOf, 1100); // Of two models.
    for (const run of ['b', 'c', 'b', 'base']) await pair(student('base'), student(run));
    expect(asked).toEqual(['base', 'b', 'c', 'b']);
  });
});
