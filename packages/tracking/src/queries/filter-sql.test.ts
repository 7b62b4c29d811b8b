import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { holds } from '../../testing/evaluate-filter.ts';
import { arbitraryFilter } from '../../testing/filters.ts';
import { insertRun, type TestRun } from '../../testing/runs.ts';
import { createTestDatabase } from '../../testing/test-database.ts';
import { type Filter, formatFilter, parseFilter } from '../filter/index.ts';
import { filterSql } from './filter-sql.ts';

/** Runs that have everything that filters ask for, and runs that lack it or have it by another type. */
const runs: readonly TestRun[] = Array.from({ length: 24 }, (_, i): TestRun => {
  const pick = <T>(...values: readonly T[]) => values[(i * 7 + (i >> 2)) % values.length];
  return {
    experiment: pick('a', 'b', 'ab'),
    stage: pick('a', 'distill'),
    status: i % 5 === 0 ? 'running' : 'failed',
    seed: pick(0, 1, 2, null),
    dirty: pick(true, false, null),
    host: pick('A', 'b', null, 'true'),
    started: new Date((i + 1) * 1.6e11).toISOString(),
    reason: pick(null, 'ab', '1'),
    notes: pick('', 'and', 'Ab'),
    tags: pick<string[]>([], ['a'], ['a', 'b'], ['1']),
    archived: i % 3 === 0,
    config: pick<Record<string, unknown>>(
      {},
      { layers: 2, name: 'ab', on: true, deep: { x: 0.5 }, list: ['a', 'b'] },
      { layers: '2', name: 1, on: 'true', deep: { x: 'a' }, list: [1], accuracy: 2, stage: 'b' },
      { layers: null, name: '', on: false, deep: [], list: { 0: 'a' }, config: { x: 1 } },
      { layers: { a: 1 }, name: ['ab'], deep: { x: null }, loss: 0 },
    ),
    figures: pick<Record<string, number>>({}, { accuracy: 1, 'val loss': 0.5 }, { loss: 2, stage: 0, 'config.x': 1 }),
    curves: pick<Record<string, number[]>>(
      {},
      { loss: [2, 1, Number.NaN], accuracy: [0, 1] },
      { loss: [Number.NaN], 'val loss': [0.5, 2] },
    ),
  };
});

let database: Awaited<ReturnType<typeof createTestDatabase>>;
const ids: number[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  for (const run of runs) ids.push((await insertRun(database.sql, run)).id);
});
afterAll(() => database.close());

async function find(filter: Filter): Promise<number[]> {
  const { sql } = database;
  const rows = await sql<{ id: number }[]>`
    select r.id from retort.runs r join retort.experiments e on e.id = r.experiment_id
    where ${filterSql(sql, filter)} order by r.id`;
  return rows.map(({ id }) => ids.indexOf(id));
}

function expected(filter: Filter): number[] {
  return runs.flatMap((run, i) => (holds(filter, run) ? [i] : []));
}

describe('filterSql', () => {
  it('finds the runs that the filter holds for, whatever the filter', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryFilter, async (filter) => {
        expect([formatFilter(filter), await find(filter)]).toEqual([formatFilter(filter), expected(filter)]);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    'layers = 2',
    'name = ab and on = true',
    'loss < 2',
    'not loss < 2',
    'loss is null',
    'config.layers is not null',
    'min(loss) = 1',
    'tags in (b, "1")',
    'started > 2000-01-01 or ended is null',
  ])('finds something by %s', async (text) => {
    const filter = parseFilter(text);
    expect(await find(filter)).toEqual(expected(filter));
    expect(expected(filter).length).toBeGreaterThan(0);
  });

  it('takes a value as a value, whatever stands in it', async () => {
    const value = `'; drop table retort.runs; -- " \\ $1`;
    await insertRun(database.sql, { notes: value });
    expect(await find(parseFilter(`notes = ${JSON.stringify(value)}`))).toHaveLength(1);
    expect(await find(parseFilter(`max(${JSON.stringify(value)}) > 1`))).toEqual([]);
    await database.sql`delete from retort.runs where notes = ${value}`;
  });

  it('knows how long ago a run began, and how long it took', async () => {
    const now = new Date();
    const { id } = await insertRun(database.sql, {
      stage: 'new',
      started: now.toISOString(),
      ended: new Date(now.getTime() + 90_000).toISOString(),
    });
    ids.push(id);
    expect(await find(parseFilter('started > -1h and took = 1.5m'))).toEqual([ids.length - 1]);
    expect(await find(parseFilter('stage = new and (started < -1h or took > 2m)'))).toEqual([]);
  });
});
