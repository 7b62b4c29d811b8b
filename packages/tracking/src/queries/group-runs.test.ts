import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { insertRun } from '../../testing/runs.ts';
import { createTestDatabase } from '../../testing/test-database.ts';
import { groupRuns } from './group-runs.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
const keys: string[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  const add = async (run: Parameters<typeof insertRun>[1]) => keys.push((await insertRun(database.sql, run)).run);
  const at = (day: number) => `2026-01-0${day}T00:00Z`;
  await add({ seed: 1, project: 's', started: at(1), config: { seed: 1, layers: 2 }, figures: { accuracy: 0.5 } });
  await add({ seed: 1, project: 's', started: at(2), config: { seed: 1, layers: 2 }, figures: { accuracy: 0.8 } });
  await add({ seed: 2, project: 's@2', started: at(3), config: { seed: 2, layers: 2 }, figures: { accuracy: 0.9 } });
  await add({ seed: 1, started: at(4), config: { seed: 1, layers: 6 }, curves: { loss: [3, Number.NaN] } });
  await add({ stage: 'report', status: 'failed', started: at(5), config: { layers: 'many' } });
});
afterAll(() => database.close());

describe('groupRuns', () => {
  it('by a place of the configuration, whatever its type, with means', async () => {
    const groups = await groupRuns(database.sql, { by: 'config.layers', of: ['accuracy', 'min(loss)'] });
    expect(groups).toEqual([
      {
        value: 2,
        experiment: 'sample',
        stage: 'distill',
        runs: [keys[2], keys[1], keys[0]],
        means: [{ n: 3, mean: expect.closeTo(2.2 / 3, 9), interval: [expect.any(Number), expect.any(Number)] }, null],
      },
      { value: 'many', experiment: 'sample', stage: 'report', runs: [keys[4]], means: [null, null] },
      {
        value: 6,
        experiment: 'sample',
        stage: 'distill',
        runs: [keys[3]],
        means: [null, { n: 1, mean: 3, interval: null }],
      },
    ]);
  });

  it('by seed, with the newest of each seed that succeeded', async () => {
    const [first, ...more] = await groupRuns(database.sql, { by: 'seed', of: ['accuracy'] });
    expect(first.runs).toEqual([keys[2], keys[1]]);
    expect(first.means[0]?.mean).toBeCloseTo(0.85, 9);
    expect(more.map(({ runs }) => runs)).toEqual([[keys[3]]]);
  });

  it('takes what has no value there as a group of its own', async () => {
    const groups = await groupRuns(database.sql, { by: 'config.nothing', of: [] });
    expect(groups.map(({ value, stage, runs }) => [value, stage, runs.length])).toEqual([[null, null, 5]]);
  });

  it('obeys a filter', async () => {
    const groups = await groupRuns(database.sql, { by: 'stage', of: ['took'], filter: 'stage = report' });
    expect(groups).toMatchObject([{ value: 'report', means: [{ n: 1, mean: 0 }] }]);
  });

  it('refuses to average what is no number', async () => {
    await expect(groupRuns(database.sql, { by: 'stage', of: ['host'] })).rejects.toThrow('"host" is no number');
  });
});
