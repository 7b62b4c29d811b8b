import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { insertRun } from '../../testing/runs.ts';
import { createTestDatabase } from '../../testing/test-database.ts';
import { evaluationDelta } from './evaluation-delta.ts';
import { findEvaluations } from './evaluations.ts';
import { erfc, twoProportions } from './two-proportions.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let first: { id: number; run: string };
let second: { id: number; run: string };

async function measured(
  runId: number,
  model: string,
  metric: string,
  value: number,
  { n = 1000, dataSet = 'test' } = {},
) {
  await database.sql`
    insert into retort.evaluations (run_id, model, data_set, metric, value, n)
    values (${runId}, ${model}, ${dataSet}, ${metric}, ${value}, ${n})`;
}

beforeAll(async () => {
  database = await createTestDatabase();
  first = await insertRun(database.sql, { stage: 'report', experiment: 'essays', started: '2026-01-01T00:00Z' });
  second = await insertRun(database.sql, { stage: 'report', started: '2026-01-02T00:00Z' });
  await measured(first.id, 'teacher', 'accuracy', 0.99);
  await measured(first.id, 'student', 'accuracy', 0.97);
  await measured(first.id, 'student', 'loss', 0.1);
  await measured(second.id, 'student', 'accuracy', 0.95, { dataSet: 'other' });
  await measured(second.id, 'student', 'accuracy', 0.96);
  await measured(second.id, 'student', 'loss', 0.2);
  await measured(second.id, 'small', 'accuracy', 0.9, { dataSet: 'third', n: 100 });
  await database.sql`
    insert into retort.comparisons (run_id, model_a, model_b, data_set, only_a, only_b, n, p)
    values (${first.id}, 'teacher', 'student', 'test', 25, 5, 1000, 0.0003)`;
});
afterAll(() => database.close());

describe('evaluationDelta', () => {
  it('takes McNemar’s p where the same report paired both models, whichever comes first', async () => {
    const a = { run: first.run, model: 'student' };
    const b = { run: first.run, model: 'teacher' };
    expect(await evaluationDelta(database.sql, { a, b })).toMatchObject({
      difference: expect.closeTo(0.02, 12),
      sameTexts: true,
      test: 'mcnemar',
      p: 0.0003,
      onlyA: 5,
      onlyB: 25,
    });
    expect(await evaluationDelta(database.sql, { a: b, b: a })).toMatchObject({ onlyA: 25, onlyB: 5 });
  });

  it('takes two proportions where nothing is paired, on the data set that both have', async () => {
    const delta = await evaluationDelta(database.sql, {
      a: { run: first.run, model: 'student' },
      b: { run: second.run, model: 'student' },
    });
    // Python 3.11: math.erfc of the pooled z of 970 and 960 of 1000
    expect(delta).toMatchObject({
      sameTexts: true,
      test: 'two-proportion',
      p: expect.closeTo(0.2237143, 6),
      onlyA: null,
    });
    expect(delta.b.dataSet).toBe('test');
  });

  it('tells that the texts are others', async () => {
    const delta = await evaluationDelta(database.sql, {
      a: { run: first.run, model: 'student' },
      b: { run: second.run, model: 'small' },
    });
    expect(delta).toMatchObject({ sameTexts: false, test: 'two-proportion' });
  });

  it('knows no p of what is no share of texts', async () => {
    const delta = await evaluationDelta(database.sql, {
      a: { run: first.run, model: 'student' },
      b: { run: second.run, model: 'student' },
      metric: 'loss',
    });
    expect(delta).toMatchObject({ difference: 0.1, test: null, p: null });
  });

  it('refuses what was not measured', async () => {
    const a = { run: first.run, model: 'student' };
    await expect(evaluationDelta(database.sql, { a, b: { ...a, model: 'large' } })).rejects.toThrow(
      `the run ${first.run} has no accuracy of "large"`,
    );
    await expect(evaluationDelta(database.sql, { a, b: { ...a, run: 'x' } })).rejects.toThrow('there is no run "x"');
  });
});

describe('findEvaluations', () => {
  it('finds by any of its parts, the newest report first', async () => {
    const found = await findEvaluations(database.sql, { model: 'student', metric: 'accuracy' });
    expect(found.map(({ value }) => value)).toEqual([0.95, 0.96, 0.97]);
    expect(
      await findEvaluations(database.sql, { experiment: 'essays', dataSet: 'test', slice: '', run: first.run }),
    ).toHaveLength(3);
    expect(await findEvaluations(database.sql, { limit: 1 })).toHaveLength(1);
  });
});

describe('twoProportions', () => {
  it('is 1 where nothing differs or nothing can', () => {
    expect(twoProportions({ successes: 5, n: 10 }, { successes: 10, n: 20 })).toBe(1);
    expect(twoProportions({ successes: 10, n: 10 }, { successes: 20, n: 20 })).toBe(1);
  });

  it.each([
    // Python 3.11: math.erfc
    [0, 1],
    [0.5, 0.4795001221869535],
    [1.9999, 0.004679802092970608],
    [2, 0.004677734981047265],
    [5, 1.5374597944280351e-12],
    [20, 5.3958656116079005e-176],
  ])('erfc(%d)', (x, expected) => {
    expect(erfc(x) / expected).toBeCloseTo(1, 12);
  });
});
