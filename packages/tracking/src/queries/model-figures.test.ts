import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { insertRun } from '../../testing/runs.ts';
import { createTestDatabase } from '../../testing/test-database.ts';
import { modelFigures } from './model-figures.ts';
import { artifactsOfRun } from './run-artifacts.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
type Made = { readonly id: number; readonly run: string };
const made: Record<string, Made> = {};

async function link(run: Made, folder: string, kind: string, role: 'input' | 'output'): Promise<void> {
  const [{ id }] = await database.sql`
    insert into retort.artifacts (kind, sha256, folder, files) values (${kind}, ${'0'.repeat(64)}, ${folder}, '{"a.bin": "00"}')
    on conflict (folder, sha256) do update set kind = excluded.kind returning id`;
  await database.sql`insert into retort.run_artifacts (run_id, artifact_id, role) values (${run.id}, ${id}, ${role})`;
}

async function measured(
  run: Made,
  model: string,
  accuracy: number,
  { dataSet = 'test', n = 1000 } = {},
): Promise<void> {
  await database.sql`insert into retort.evaluations (run_id, model, data_set, metric, value, low, high, n)
    values (${run.id}, ${model}, ${dataSet}, 'accuracy', ${accuracy}, ${accuracy - 0.01}, ${accuracy + 0.01}, ${n}),
      (${run.id}, ${model}, ${dataSet}, 'bytes', 1000, null, null, ${n})`;
}

beforeAll(async () => {
  database = await createTestDatabase();
  for (const [project, day] of [
    ['one', 1],
    ['two', 2],
  ] as const) {
    const started = `2026-01-0${day}T00:00:00.000Z`;
    const distill = await insertRun(database.sql, { experiment: project, stage: 'distill', started });
    const report = await insertRun(database.sql, { experiment: project, stage: 'report', started });
    made[`${project}/distill`] = distill;
    made[`${project}/report`] = report;
    await link(distill, `artifacts/${project}/distill`, 'distill', 'output');
    await link(report, `artifacts/${project}/distill`, 'distill', 'input');
    await measured(report, 'teacher', 0.99);
    await measured(report, 'student', project === 'one' ? 0.97 : 0.95);
    await database.sql`
      insert into retort.comparisons (run_id, model_a, model_b, data_set, only_a, only_b, n, p)
      values (${report.id}, 'teacher', 'student', 'test', 25, 5, 1000, 0.0003)`;
  }
});
afterAll(() => database.close());

describe('modelFigures', () => {
  it('puts the figures of a model together, with the run that made it, the newest report first', async () => {
    const found = await modelFigures(database.sql);
    expect(found.map(({ experiment, model }) => `${experiment} ${model}`)).toEqual([
      'two teacher',
      'two student',
      'one teacher',
      'one student',
    ]);
    expect(found[3]).toMatchObject({
      run: made['one/report'].run,
      madeBy: made['one/distill'].run,
      n: 1000,
      figures: { accuracy: { value: 0.97, low: 0.96, high: 0.98 }, bytes: { value: 1000, low: null } },
      delta: null,
    });
    expect(found[2].madeBy).toBeNull();
  });

  it('finds the reports of a run that made a model, and of these that model alone', async () => {
    const found = await modelFigures(database.sql, { runs: [made['one/distill'].run] });
    expect(found.map(({ experiment, model }) => `${experiment} ${model}`)).toEqual(['one student']);
  });

  it('pairs the answers of two reports on the same texts where they are kept', async () => {
    const runs = [made['one/distill'].run, made['two/distill'].run];
    const pairAnswers = async () => ({ onlyA: 30, onlyB: 10, p: 0.002 });
    const [two] = await modelFigures(database.sql, { runs, baseline: { run: runs[0] }, pairAnswers });
    expect(two.delta).toMatchObject({ test: 'mcnemar', onlyA: 30, onlyB: 10, p: 0.002, sameTexts: true });
  });

  it('compares with the baseline of the same name, by two proportions across reports', async () => {
    const runs = [made['one/distill'].run, made['two/distill'].run];
    const found = await modelFigures(database.sql, { runs, baseline: { run: runs[0] } });
    expect(found.map(({ delta }) => delta)).toEqual([
      expect.objectContaining({ difference: expect.closeTo(-0.02, 9), test: 'two-proportion', sameTexts: true }),
      null,
    ]);
  });

  it('compares within a report by McNemar’s test', async () => {
    const { run } = made['one/report'];
    const found = await modelFigures(database.sql, { runs: [run], baseline: { run, model: 'teacher' } });
    expect(found.map(({ delta }) => delta)).toEqual([
      null,
      expect.objectContaining({ test: 'mcnemar', p: 0.0003, onlyA: 25, onlyB: 5 }),
    ]);
  });

  it('takes a filter of the reports', async () => {
    expect(await modelFigures(database.sql, { filter: 'experiment = two' })).toHaveLength(2);
  });
});

describe('artifactsOfRun', () => {
  it('lists what a run made and read, with the files', async () => {
    expect(await artifactsOfRun(database.sql, made['one/report'].run)).toMatchObject([
      { role: 'input', kind: 'distill', folder: 'artifacts/one/distill', files: { 'a.bin': '00' } },
    ]);
  });

  it('knows no artifacts of a run that is not there', async () => {
    await expect(artifactsOfRun(database.sql, '00000000-0000-4000-8000-000000000000')).rejects.toThrow(
      'there is no run',
    );
  });
});
