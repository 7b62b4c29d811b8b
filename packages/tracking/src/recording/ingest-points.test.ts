import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createTestDatabase } from '../../testing/test-database.ts';
import { openDatabase } from '../database/open.ts';
import { ingestPoints } from './ingest-points.ts';

describe('ingestPoints', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let folder: string;
  let file: string;
  let run: number;
  beforeAll(async () => {
    database = await createTestDatabase();
    await database.sql`insert into retort.experiments (name) values ('sample')`;
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'retort-'));
    file = join(folder, 'metrics.jsonl');
    const [row] = await database.sql`
      insert into retort.runs (key, experiment_id, project, stage, status, started_at)
      select gen_random_uuid(), id, 'sample', 'distill', 'running', now() from retort.experiments returning id`;
    run = row.id;
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const line = (step: number, value: number | null = step / 7, name = 'loss') =>
    `${JSON.stringify({ time: '2026-03-01T12:00:00.000Z', name, value, step, epoch: step / 4 })}\n`;
  const ingest = (options?: Parameters<typeof ingestPoints>[3]) => ingestPoints(database.sql, run, file, options);
  const points = () =>
    database.sql`select line, name, step, value, epoch from retort.metrics join retort.metric_names m on m.id = metric_id
      where run_id = ${run} order by line`;

  it('sends each line once, however often it is called', async () => {
    writeFileSync(file, line(1) + line(2));
    await ingest();
    appendFileSync(file, line(3));
    await ingest();
    await ingest();
    expect((await points()).map(({ line, step, value, epoch }) => [line, step, value, epoch])).toEqual([
      [1, 1, 1 / 7, 0.25],
      [2, 2, 2 / 7, 0.5],
      [3, 3, 3 / 7, 0.75],
    ]);
  });

  it('needs no more than one connection', async () => {
    const other = await openDatabase('', { ...database.options, migrate: false, max: 1 });
    writeFileSync(file, line(1, 1, 'a name of its own'));
    expect(await ingestPoints(other.sql, run, file)).toEqual({ lines: 1, damaged: 0 });
    await other.close();
  });

  it('keeps two lines that are equal', async () => {
    writeFileSync(file, line(1) + line(1));
    await ingest();
    expect(await points()).toHaveLength(2);
  });

  it('keeps what is not finite as NaN', async () => {
    writeFileSync(file, line(1, null) + line(2, 5));
    await ingest();
    expect((await points()).map(({ value }) => value)).toEqual([Number.NaN, 5]);
    const [summary] = await database.sql`select min, max, points from retort.run_metrics where run_id = ${run}`;
    expect(summary).toEqual({ min: 5, max: 5, points: 2 });
  });

  it('waits for the end of a line that is being written, and takes it from a file that is finished', async () => {
    writeFileSync(file, line(1) + line(2).trimEnd());
    expect(await ingest()).toEqual({ lines: 1, damaged: 0 });
    expect(await ingest({ finished: true })).toEqual({ lines: 1, damaged: 0 });
  });

  it('leaves a half line of a killed writer out', async () => {
    writeFileSync(file, line(1) + line(2).slice(0, 20));
    expect(await ingest({ finished: true })).toEqual({ lines: 1, damaged: 0 });
  });

  it.each([
    ['no JSON', '{"time"'],
    ['no value', '{"time":"2026-03-01T12:00:00.000Z","name":"loss"}'],
    ['a step between two', '{"time":"2026-03-01T12:00:00.000Z","name":"loss","value":1,"step":1.5}'],
    ['a name that Postgres cannot hold', '{"time":"2026-03-01T12:00:00.000Z","name":"a\\u0000","value":1}'],
    ['half a character in its name', '{"time":"2026-03-01T12:00:00.000Z","name":"a\\ud800","value":1}'],
    [
      'a name that is too long for an index',
      `{"time":"2026-03-01T12:00:00.000Z","name":"${randomBytes(3000).toString('hex')}","value":1}`,
    ],
    ['no time', '{"time":"noon","name":"loss","value":1}'],
    ['a time that JavaScript alone reads', '{"time":"1","name":"loss","value":1}'],
    ['a time in the year 0', '{"time":"0000-01-01T00:00:00.000Z","name":"loss","value":1}'],
    ['an epoch that is too large', '{"time":"2026-03-01T12:00:00.000Z","name":"loss","value":1,"epoch":1e300}'],
    ['an epoch that is too small', '{"time":"2026-03-01T12:00:00.000Z","name":"loss","value":1,"epoch":1e-300}'],
  ])('counts a line with %s and keeps the others', async (_, broken) => {
    writeFileSync(file, `${line(1)}${broken}\n${line(2)}`);
    expect(await ingest()).toEqual({ lines: 3, damaged: 1 });
    expect((await points()).map(({ line }) => line)).toEqual([1, 3]);
  });

  it('sends each line once from several processes at the same time', async () => {
    const others = await Promise.all([1, 2, 3].map(() => openDatabase('', { ...database.options, migrate: false })));
    writeFileSync(file, Array.from({ length: 3000 }, (_, i) => line(i, i, `m${i % 5}`)).join(''));
    const sent = await Promise.all(others.map(({ sql }) => ingestPoints(sql, run, file, { limit: 4096 })));
    await Promise.all(others.map((other) => other.close()));
    expect(sent.reduce((sum, { lines }) => sum + lines, 0)).toBe(3000);
    expect((await points()).map(({ line }) => line)).toEqual(Array.from({ length: 3000 }, (_, i) => i + 1));
  });

  it('sums up what the points say, in whatever parts they came', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.double({ noNaN: true, min: -1e9, max: 1e9 })), {
          minLength: 1,
          maxLength: 40,
        }),
        fc.integer({ min: 1, max: 400 }),
        async (values, limit) => {
          await database.sql`delete from retort.metrics where run_id = ${run}`;
          await database.sql`delete from retort.run_metrics where run_id = ${run}`;
          await database.sql`update retort.runs set lines = 0, bytes = 0 where id = ${run}`;
          writeFileSync(file, values.map(([name, value], i) => line(i, value, name)).join(''));
          await ingest({ limit });
          const truth = await database.sql`
            select metric_id, count(*) as points, min(value), max(value), max(line) as last_line,
              (array_agg(value order by line desc))[1] as last, (array_agg(step order by line desc))[1] as last_step
            from retort.metrics where run_id = ${run} group by metric_id order by metric_id`;
          const kept = await database.sql`
            select metric_id, points::int8 as points, min, max, last_line, last, last_step
            from retort.run_metrics where run_id = ${run} order by metric_id`;
          expect([...kept]).toEqual([...truth]);
          expect(await points()).toHaveLength(values.length);
        },
      ),
      { seed: 1, numRuns: 25 },
    );
  });

  it('takes a line that is longer than a part', async () => {
    writeFileSync(file, line(1, 1, 'x'.repeat(500)));
    expect(await ingest({ limit: 64 })).toEqual({ lines: 1, damaged: 0 });
  });

  it('finds no points where there is no file', async () => {
    expect(await ingest()).toEqual({ lines: 0, damaged: 0 });
    expect(() => readFileSync(file)).toThrow();
  });
});
