import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { insertRun } from '../../testing/runs.ts';
import { createTestDatabase } from '../../testing/test-database.ts';
import { shortId } from '../filter/index.ts';
import { countRuns, findRuns, type RunQuery } from './find-runs.ts';
import { resolveRuns } from './run-keys.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
const keys: string[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  const { sql } = database;
  for (let i = 0; i < 10; i++) {
    const { run } = await insertRun(sql, {
      experiment: i < 5 ? 'essays' : 'sample',
      seed: i % 3,
      started: new Date(Date.UTC(2026, 0, 1 + (i >> 1))).toISOString(),
      // Some equal, some not there, one that is no number.
      curves: i === 4 ? { accuracy: [Number.NaN] } : i % 2 === 0 ? { accuracy: [0.5, i >> 2] } : {},
      config: i % 4 === 0 ? {} : { layers: i % 4, name: 'x' },
      tags: i === 3 ? ['good'] : [],
    });
    keys.push(run);
  }
  await insertRun(sql, { archived: true });
});
afterAll(() => database.close());

const find = (query?: RunQuery) => findRuns(database.sql, query);
const numbers = (runs: readonly { run: string }[]) => runs.map(({ run }) => keys.indexOf(run));

/** All pages, one after the other. */
async function pages(query: RunQuery): Promise<number[]> {
  const all: number[] = [];
  let after: string | undefined;
  do {
    const page = await find({ ...query, after });
    expect(page.runs.length).toBeLessThanOrEqual(query.limit ?? 50);
    all.push(...numbers(page.runs));
    after = page.next ?? undefined;
  } while (after !== undefined);
  return all;
}

describe('findRuns', () => {
  it('lists the newest runs first, without those that are archived', async () => {
    const { runs, next } = await find();
    expect(numbers(runs)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
    expect(next).toBeNull();
  });

  it('tells what is known of a run', async () => {
    const [run] = (await find({ filter: 'tags = good', metrics: ['accuracy', 'loss'] })).runs;
    expect(run).toEqual({
      run: keys[3],
      experiment: 'essays',
      project: 'essays',
      stage: 'distill',
      status: 'succeeded',
      seed: 0,
      startedAt: '2026-01-02T00:00:00.000Z',
      endedAt: '2026-01-02T00:00:00.000Z',
      seconds: 0,
      exitReason: null,
      gitCommit: null,
      gitDirty: null,
      host: null,
      folder: null,
      figures: {},
      points: 0,
      notes: '',
      tags: ['good'],
      archived: false,
      metrics: {},
      params: {},
    });
  });

  it('tells the places of the configuration that are asked for, as far as they are there', async () => {
    const config = { a: { b: [1], c: false, d: null } };
    const { id, run } = await insertRun(database.sql, { archived: true, config });
    const params = ['config.a.b', 'config.a.c', 'config.a.d', 'config.e', 'config.a.c'];
    const { runs } = await find({ filter: `run = "${run}" and archived = true`, params });
    await database.sql`delete from retort.runs where id = ${id}`;
    expect(runs[0].params).toEqual({ 'config.a.b': '[1]', 'config.a.c': false });
  });

  it('refuses a place that is none', async () => {
    await expect(find({ params: ['accuracy'] })).rejects.toThrow('"accuracy" is no place of a configuration');
  });

  it('sums up the curves that are asked for; what is no number is null', async () => {
    const { runs } = await find({ filter: 'points(accuracy) > 0', sort: 'started', metrics: ['accuracy'] });
    expect(runs.map(({ metrics }) => metrics.accuracy)).toEqual([
      { last: 0, min: 0, max: 0.5, points: 2 },
      { last: 0, min: 0, max: 0.5, points: 2 },
      { last: null, min: null, max: null, points: 1 },
      { last: 1, min: 0.5, max: 1, points: 2 },
      { last: 2, min: 0.5, max: 2, points: 2 },
    ]);
  });

  it.each([
    ['-accuracy', [8, 6, 2, 0, 9, 7, 5, 4, 3, 1]],
    ['accuracy', [0, 2, 6, 8, 1, 3, 4, 5, 7, 9]],
    ['-config.layers', [7, 3, 6, 2, 9, 5, 1, 8, 4, 0]],
    ['seed', [0, 3, 6, 9, 1, 4, 7, 2, 5, 8]],
    ['-experiment', [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]],
    ['started', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
  ])('sorts by %s, in pages as in one', async (sort, order) => {
    expect(numbers((await find({ sort })).runs)).toEqual(order);
    for (const limit of [1, 3, 10]) expect(await pages({ sort, limit })).toEqual(order);
  });

  it('goes on where the page ended, whatever comes in meanwhile', async () => {
    const first = await find({ limit: 4, filter: 'experiment in (essays, sample)' });
    const { id } = await insertRun(database.sql, { started: '2026-02-01T00:00:00Z' });
    const second = await find({ limit: 100, filter: 'experiment in (essays, sample)', after: first.next ?? '' });
    await database.sql`delete from retort.runs where id = ${id}`;
    expect(numbers([...first.runs, ...second.runs])).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
  });

  it('shows archived runs to a filter that names them', async () => {
    expect((await find({ filter: 'archived = true' })).runs).toHaveLength(1);
    expect(await countRuns(database.sql)).toBe(10);
    expect(await countRuns(database.sql, 'not archived = false or seed = 1')).toBe(4);
  });

  it.each([
    [{ after: 'nonsense' }, 'the page token is none of this list'],
    [{ after: Buffer.from('["2026-01-01",1,"started"]').toString('base64url') }, 'the page token is none of this list'],
    [{ limit: 0 }, 'a page cannot have 0 runs'],
    [{ limit: 1001 }, 'a page cannot have 1001 runs'],
    [{ filter: 'stage =' }, 'a value is missing'],
    [{ sort: 'stage desc' }, '"desc" is too much'],
  ])('refuses %j', async (query, message) => {
    await expect(find(query)).rejects.toThrow(message);
  });
});

describe('resolveRuns', () => {
  it('knows a run by its name, its beginning, or as the newest of its stage', async () => {
    const names = [keys[2], keys[3].slice(0, 13).toUpperCase(), 'essays/distill'];
    expect(await resolveRuns(database.sql, names)).toEqual([keys[2], keys[3], keys[4]]);
  });

  it('knows a run by the end of its name, as lists show it', async () => {
    expect(await resolveRuns(database.sql, [shortId(keys[5])])).toEqual([keys[5]]);
  });

  it('takes the newest of a stage that succeeded, and the newest where none did', async () => {
    const { sql } = database;
    const add = (status: 'succeeded' | 'killed' | 'failed', day: number) =>
      insertRun(sql, { experiment: 'tried', status, started: `2026-01-0${day}T00:00:00Z`, archived: true });
    await add('failed', 1);
    const killed = await add('killed', 3);
    expect(await resolveRuns(sql, ['tried/distill'])).toEqual([killed.run]);
    const made = await add('succeeded', 2);
    expect(await resolveRuns(sql, ['tried/distill'])).toEqual([made.run]);
  });

  it.each(['ff', 'essays/report', 'nonsense', '00000000-0000-0000-0000-000000000000'])(
    'has no run "%s"',
    async (name) => {
      await expect(resolveRuns(database.sql, [name])).rejects.toThrow(`there is no run "${name}"`);
    },
  );

  it('wants more of a name that several have', async () => {
    const { sql } = database;
    for (const end of ['1', '2']) {
      const { id } = await insertRun(sql, { archived: true });
      await sql`update retort.runs set key = ${`abcdabcd-0000-0000-0000-00000000000${end}`} where id = ${id}`;
    }
    await expect(resolveRuns(sql, ['abcdabcd'])).rejects.toThrow(
      'several runs begin or end with "abcdabcd": abcdabcd-',
    );
  });
});
