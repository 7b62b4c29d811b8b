import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { insertRun } from '../../testing/runs.ts';
import { createTestDatabase } from '../../testing/test-database.ts';
import { csvLine } from './csv.ts';
import { type ExportQuery, exportParts } from './parts.ts';
import { printParts, writePartsTo } from './write-parts.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let first: { id: number; run: string };
let second: { id: number; run: string };
beforeAll(async () => {
  database = await createTestDatabase();
  first = await insertRun(database.sql, {
    seed: 1,
    started: '2026-01-01T00:00:00Z',
    config: { student: { layers: 2 } },
    figures: { accuracy: 0.9 },
    curves: { loss: [2, Number.NaN], 'a, "b"': [1] },
  });
  second = await insertRun(database.sql, {
    started: '2026-01-02T00:00:00Z',
    config: { labels: [] },
    notes: 'two\nlines',
  });
  await database.sql`insert into retort.evaluations (run_id, model, data_set, metric, value, n)
    values (${first.id}, 'student', 'test', 'accuracy', 0.9, 10)`;
});
afterAll(() => database.close());

async function exported(query: Partial<ExportQuery>): Promise<string> {
  let text = '';
  for await (const part of exportParts(database.sql, { what: 'runs', format: 'json', filter: '', ...query }))
    text += part;
  return text;
}

describe('exportParts', () => {
  it('writes runs as JSON, the oldest first', async () => {
    expect(JSON.parse(await exported({}))).toMatchObject([
      { run: first.run, config: { student: { layers: 2 } }, curves: { loss: { last: null, min: 2, points: 2 } } },
      { run: second.run, notes: 'two\nlines' },
    ]);
  });

  it('writes runs as CSV, with a column for whatever any of them has', async () => {
    const [head, one] = (await exported({ format: 'csv', filter: 'seed = 1' })).split('\r\n');
    expect(head).toMatch(
      /^run,experiment,.*,tags,config\.student\.layers,figure\.accuracy,last\.loss,"last\.a, ""b"""$/,
    );
    expect(one).toMatch(new RegExp(`^${first.run},sample,.*,2,0.9,,1$`));
    expect(await exported({ format: 'csv' })).toContain('"two\nlines"');
  });

  it('writes points as JSON and as CSV', async () => {
    expect(JSON.parse(await exported({ what: 'points' }))).toEqual([
      { run: first.run, metric: 'a, "b"', line: 2, step: 0, epoch: 0, time: '2026-03-01T12:00:00.000Z', value: 1 },
      { run: first.run, metric: 'loss', line: 1, step: 0, epoch: 0, time: '2026-03-01T12:00:00.000Z', value: 2 },
      { run: first.run, metric: 'loss', line: 3, step: 10, epoch: 0.1, time: '2026-03-01T12:00:01.230Z', value: null },
    ]);
    expect((await exported({ what: 'points', format: 'csv' })).split('\r\n').at(-2)).toBe(
      `${first.run},loss,3,10,0.1,2026-03-01T12:00:01.230Z,NaN`,
    );
  });

  it('writes evaluations', async () => {
    expect(JSON.parse(await exported({ what: 'evaluations' }))).toMatchObject([
      { model: 'student', value: 0.9, n: 10 },
    ]);
    expect((await exported({ what: 'evaluations', format: 'csv' })).split('\r\n')).toHaveLength(3);
  });

  it('writes an empty list where the filter finds nothing', async () => {
    expect(JSON.parse(await exported({ filter: 'seed = 99', what: 'points' }))).toEqual([]);
    expect(await exported({ filter: 'seed = 99', what: 'points', format: 'csv' })).toBe(
      'run,metric,line,step,epoch,time,value\r\n',
    );
    await expect(exported({ filter: 'seed = 99', format: 'csv' })).rejects.toThrow('the filter finds no runs');
  });
});

describe('writePartsTo', () => {
  it('leaves nothing behind when it fails', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'retort-'));
    async function* failing() {
      yield 'a';
      throw new Error('broken');
    }
    await expect(writePartsTo(join(folder, 'a.csv'), failing())).rejects.toThrow('broken');
    expect(readdirSync(folder)).toEqual([]);
    await writePartsTo(
      join(folder, 'new/b.json'),
      exportParts(database.sql, { what: 'points', format: 'json', filter: '' }),
    );
    expect(readdirSync(join(folder, 'new'))).toEqual(['b.json']);
    expect(JSON.parse(readFileSync(join(folder, 'new/b.json'), 'utf8'))).toHaveLength(3);
    rmSync(folder, { recursive: true });
  });
});

describe('printParts', () => {
  it('waits for a slow reader, and ends when the reader has gone', async () => {
    const output = new PassThrough({ highWaterMark: 4 });
    let made = 0;
    async function* endless() {
      for (;;) {
        made++;
        yield 'abcd';
      }
    }
    const printed = printParts(output, endless());
    for (let i = 0; i < 10; i++) {
      if (output.readableLength === 0) await new Promise((done) => output.once('readable', done));
      expect(String(output.read(4))).toBe('abcd');
    }
    expect(made).toBeLessThan(15);
    output.destroy(Object.assign(new Error('gone'), { code: 'EPIPE' }));
    await printed;
  });
});

describe('csvLine', () => {
  it.each([
    [['a', 1, null, undefined, Number.NaN], 'a,1,,,NaN\r\n'],
    [['a,b', 'say "x"', 'two\nlines', ' a '], '"a,b","say ""x""","two\nlines"," a "\r\n'],
    [[true, ['x']], 'true,"[""x""]"\r\n'],
  ])('writes %j', (cells, line) => {
    expect(csvLine(cells)).toBe(line);
  });
});
