import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { insertRun } from '../../testing/runs.ts';
import { createTestDatabase } from '../../testing/test-database.ts';
import { compareRuns } from './compare-runs.ts';
import { flatten } from './flatten.ts';
import { getRun } from './get-run.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

describe('compareRuns', () => {
  it('shows what differs, all figures, and the ends of the curves, in the order asked for', async () => {
    const { sql } = database;
    const a = await insertRun(sql, {
      seed: 1,
      config: { seed: 1, student: { layers: 2, from: 'lower' }, labels: ['x', 'y'] },
      figures: { accuracy: 0.9 },
      curves: { loss: [2, 1] },
    });
    const b = await insertRun(sql, {
      seed: 1,
      host: 'other',
      config: { seed: 1, student: { layers: 6, from: 'lower' }, labels: ['x'], extra: null },
      figures: { accuracy: 0.9, loss: 2 },
      curves: { loss: [Number.NaN], f1: [0.5] },
    });
    const result = await compareRuns(sql, [b.run, a.run, b.run]);
    expect(result.runs.map(({ run }) => run)).toEqual([b.run, a.run]);
    expect(result.config).toEqual(
      [
        { name: 'student.layers', values: [6, 2] },
        { name: 'labels.1', values: [undefined, 'y'] },
        { name: 'extra', values: [null, undefined] },
      ].sort(
        (x, y) =>
          result.config.findIndex(({ name }) => name === x.name) -
          result.config.findIndex(({ name }) => name === y.name),
      ),
    );
    expect(result.environment).toEqual([{ name: 'host', values: ['other', null] }]);
    expect(new Map(result.figures.map(({ name, values }) => [name, values]))).toEqual(
      new Map([
        ['accuracy', [0.9, 0.9]],
        ['loss', [2, undefined]],
      ]),
    );
    expect(new Map(result.metrics.map(({ name, values }) => [name, values]))).toEqual(
      new Map([
        ['loss', [Number.NaN, 1]],
        ['f1', [0.5, undefined]],
      ]),
    );
  });

  it('has accuracy and loss before the other figures, which the database keeps by their length', async () => {
    const figures = { steps: 1, temperature: 2, 'validation.loss': 3, 'validation.accuracy': 4 };
    const { run } = await insertRun(database.sql, { figures });
    const names = ['validation.accuracy', 'validation.loss', 'steps', 'temperature'];
    expect((await compareRuns(database.sql, [run])).figures.map(({ name }) => name)).toEqual(names);
    expect(Object.keys((await getRun(database.sql, run)).figures)).toEqual(names);
  });

  it('has no run that is not there', async () => {
    const none = '00000000-0000-4000-8000-000000000000';
    await expect(compareRuns(database.sql, [none])).rejects.toThrow(`there is no run "${none}"`);
  });
});

describe('getRun', () => {
  it('tells everything but the points', async () => {
    const { run } = await insertRun(database.sql, { config: { a: 1 }, curves: { loss: [2, 1] } });
    expect(await getRun(database.sql, run)).toMatchObject({
      run,
      config: { a: 1 },
      engine: null,
      curves: { loss: { last: 1, min: 1, max: 2, points: 2 } },
    });
    await expect(getRun(database.sql, 'x')).rejects.toThrow('there is no run "x"');
  });
});

describe('flatten', () => {
  it('names each leaf by its path', () => {
    expect([...flatten({ a: { b: 1, c: [true, { d: null }] }, e: {}, f: [] })]).toEqual([
      ['a.b', 1],
      ['a.c.0', true],
      ['a.c.1.d', null],
      ['e', '{}'],
      ['f', '[]'],
    ]);
  });
});
