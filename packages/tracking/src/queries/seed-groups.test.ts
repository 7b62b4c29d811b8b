import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { insertRun } from '../../testing/runs.ts';
import { createTestDatabase } from '../../testing/test-database.ts';
import { bestRuns } from './best-runs.ts';
import { seedGroups } from './seed-groups.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
const keys: string[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  const seeds = [
    { seed: 1, accuracy: 0.5, started: '2026-01-01T00:00Z' },
    { seed: 1, accuracy: 0.9, started: '2026-01-02T00:00Z' },
    { seed: 2, accuracy: 0.92, started: '2026-01-01T00:00Z' },
    { seed: 3, accuracy: 0.97, started: '2026-01-01T00:00Z' },
  ];
  for (const { seed, accuracy, started } of seeds) {
    const project = seed === 1 ? 'essays' : `essays@${seed}`;
    const config = { seed, student: { layers: 6 } };
    keys.push(
      (await insertRun(database.sql, { experiment: 'essays', project, seed, started, config, figures: { accuracy } }))
        .run,
    );
  }
  const failed = { experiment: 'essays', seed: 4, status: 'failed' as const, figures: { accuracy: 1 } };
  keys.push((await insertRun(database.sql, { ...failed, config: { seed: 4, student: { layers: 6 } } })).run);
  keys.push(
    (await insertRun(database.sql, { experiment: 'essays', seed: 1, config: { seed: 1 }, figures: { accuracy: 0.8 } }))
      .run,
  );
  keys.push((await insertRun(database.sql, { curves: { accuracy: [Number.NaN] } })).run);
});
afterAll(() => database.close());

describe('seedGroups', () => {
  it('takes runs of one configuration together, the newest of each seed', async () => {
    const groups = await seedGroups(database.sql, { of: 'accuracy' });
    expect(groups.map(({ runs }) => runs.map(({ run, seed }) => [keys.indexOf(run), seed]))).toEqual([
      [
        [1, 1],
        [2, 2],
        [3, 3],
      ],
      [[5, 1]],
    ]);
    // scipy 1.17: stats.t.interval(0.95, 2, mean, stats.sem) of 0.9, 0.92, 0.97
    expect(groups[0].mean).toBeCloseTo(0.93, 12);
    expect(groups[0].interval?.[0]).toBeCloseTo(0.8404331, 6);
    expect(groups[0].interval?.[1]).toBeCloseTo(1.0195669, 6);
    expect(groups[1]).toMatchObject({ mean: 0.8, interval: null });
  });

  it('obeys a filter', async () => {
    const groups = await seedGroups(database.sql, { of: 'accuracy', filter: 'seed in (2, 3)' });
    expect(groups.map(({ runs }) => runs.length)).toEqual([2]);
  });
});

describe('bestRuns', () => {
  it('gives the best first, and none that has no number', async () => {
    const { sql } = database;
    const best = async (query: Parameters<typeof bestRuns>[1]) =>
      (await bestRuns(sql, query)).map(({ run }) => keys.indexOf(run));
    expect(await best({ by: 'accuracy' })).toEqual([4]);
    expect(await best({ by: 'accuracy', limit: 9, filter: 'status = succeeded' })).toEqual([3, 2, 1, 5, 0]);
    expect(await best({ by: 'figure(accuracy)', mode: 'min', limit: 2 })).toEqual([0, 5]);
    expect(await best({ by: 'nothing' })).toEqual([]);
  });
});
