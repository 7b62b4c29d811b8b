import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadRuns } from '../../bench/load.js';
import { scans } from '../../testing/plan.ts';
import { createTestDatabase } from '../../testing/test-database.ts';
import { pointsSql } from '../live/read-points.ts';
import { compareRunsSql } from './compare-runs.ts';
import { curvesSql } from './curves.ts';
import { exportPointsSql } from './export-points.ts';
import { findRunsSql } from './find-runs.ts';
import type { Fragment } from './fragment.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let keys: string[];
beforeAll(async () => {
  database = await createTestDatabase();
  await loadRuns(database.sql, { runs: 60, metrics: 20, points: 100 });
  keys = (await database.sql`select key::text from retort.runs order by id`).map(({ key }) => key);
});
afterAll(() => database.close());

const metrics = ['loss', 'accuracy'];

describe('the plans of the queries on 120,000 points', () => {
  it.each<[string, () => unknown]>([
    ['the list of runs', () => findRunsSql(database.sql, { metrics })],
    [
      'a filter by metrics and parameters',
      () =>
        findRunsSql(database.sql, {
          filter: 'stage = distill and min(loss) < 0.2 and student.layers > 3',
          sort: '-accuracy',
        }),
    ],
    ['a comparison of 50 runs', () => compareRunsSql(database.sql, keys.slice(0, 50))],
    ['10 curves', () => curvesSql(database.sql, { runs: keys.slice(0, 5), metrics })],
    ['10 curves, downsampled', () => curvesSql(database.sql, { runs: keys.slice(0, 5), metrics, points: 20 })],
    [
      'a part of 10 curves',
      () => curvesSql(database.sql, { runs: keys.slice(0, 5), metrics, points: 20, steps: { from: 100 } }),
    ],
    ['new points', () => pointsSql(database.sql, 7, 1900, 2000)],
    ['an export', () => exportPointsSql(database.sql, keys[3])],
  ])('have no sequential scan of the points: %s', async (_, statement) => {
    const found = await scans(database.sql, statement() as Fragment);
    expect(found).not.toContain('Seq Scan metrics');
  });

  it('are seen to have one where nothing else is possible', async () => {
    expect(await scans(database.sql, database.sql`select max(value) from retort.metrics`)).toEqual([
      'Seq Scan metrics',
    ]);
  });

  it('read the newest runs by their index', async () => {
    const { sql } = database;
    await sql`insert into retort.runs (key, experiment_id, project, stage, status, started_at, ended_at)
      select gen_random_uuid(), 1, 'x', 'x', 'succeeded', timestamptz '2025-01-01Z' + i * interval '1 second', now() from generate_series(1, 5000) i`;
    await sql`analyze retort.runs`;
    expect(await scans(sql, findRunsSql(sql, { limit: 10 }))).not.toContain('Seq Scan runs');
  });
});
