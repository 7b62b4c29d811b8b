import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { recordFolder, sha256 } from '@retort/shared';
import { createTestDatabase } from '../../testing/test-database.ts';
import { createTestWorkspace } from '../../testing/workspace.ts';
import { sync } from './sync.ts';

describe('sync', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let space: ReturnType<typeof createTestWorkspace>;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(() => {
    space = createTestWorkspace();
  });
  afterEach(async () => {
    space.remove();
    await database.sql`truncate retort.runs, retort.experiments, retort.artifacts cascade`;
  });

  const run = () => sync(database.sql, space.workspace);
  const runs = () => database.sql`select * from retort.runs order by id`;
  const recorded = () => readdirSync(space.path('.retort/runs'));

  it('reads a run with all that its manifest tells', async () => {
    await space.run('distill', 3);
    expect(await run()).toEqual({ runs: 1, changed: 1, points: 3, damaged: {} });
    const manifest = JSON.parse(readFileSync(space.path('artifacts/sample/distill/manifest.json'), 'utf8'));
    expect(await runs()).toMatchObject([
      {
        ...{ key: manifest.run, project: 'sample', stage: 'distill', status: 'succeeded', seed: 1, lines: 3 },
        ...{ config: manifest.config, machine: manifest.machine, host: manifest.host, figures: { accuracy: 0.9 } },
        ...{ started_at: new Date(manifest.startedAt), ended_at: new Date(manifest.endedAt) },
        folder: 'artifacts/sample/distill',
      },
    ]);
  });

  it('changes nothing the second time', async () => {
    await space.run('distill', 3);
    await run();
    const before = await runs();
    expect(await run()).toEqual({ runs: 1, changed: 0, points: 0, damaged: {} });
    expect(await runs()).toEqual(before);
  });

  it('keeps a failed run with its points and its reason', async () => {
    await space.fail('finetune', 5, 'the loss is not finite');
    expect(await run()).toMatchObject({ runs: 1, points: 5 });
    expect(await runs()).toMatchObject([{ status: 'failed', exit_reason: 'the loss is not finite', lines: 5 }]);
    expect(existsSync(space.path('artifacts/sample/finetune'))).toBe(false);
  });

  it('tells that a run was killed whose process is gone, and goes on telling it', async () => {
    await space.fail('finetune', 5, 'x');
    const [id] = recorded();
    const file = join(recordFolder(space.workspace, id), 'run.json');
    const { endedAt, exitReason, ...record } = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...record, status: 'running', pid: 2 ** 22 + 1 }));
    await run();
    expect(await runs()).toMatchObject([
      { status: 'killed', lines: 5, exit_reason: expect.stringContaining('SIGKILL') },
    ]);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ status: 'killed' });
  });

  it('names a run that the database cannot take, and reads the others', async () => {
    await space.run('distill', 1);
    await space.run('finetune', 1);
    const file = space.path('artifacts/sample/distill/manifest.json');
    const manifest = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...manifest, config: { note: '\u0000' } }));
    await expect(run()).rejects.toMatchObject({
      message: expect.stringContaining('the database cannot take this run'),
      place: { file: 'artifacts/sample/distill' },
    });
    expect((await runs()).map(({ stage }) => stage)).toEqual(['finetune']);
  });

  it('keeps the history of a stage that ran again', async () => {
    await space.run('distill', 2);
    await run();
    await space.run('distill', 4);
    await run();
    expect((await runs()).map(({ lines, status }) => [lines, status])).toEqual([
      [2, 'succeeded'],
      [4, 'succeeded'],
    ]);
  });

  it('has the points of a run whose artifact was replaced before anybody read it', async () => {
    await space.run('distill', 2);
    await space.run('distill', 4);
    await run();
    expect((await runs()).map(({ lines, status }) => [lines, status]).sort()).toEqual([
      [2, 'succeeded'],
      [4, 'succeeded'],
    ]);
    expect(recorded()).toEqual([]);
  });

  it('knows a folder again that Nx restored', async () => {
    await space.run('distill', 2);
    cpSync(space.path('artifacts'), space.path('cache'), { recursive: true });
    await run();
    rmSync(space.path('artifacts'), { recursive: true });
    await run();
    cpSync(space.path('cache'), space.path('artifacts'), { recursive: true });
    await run();
    expect(await runs()).toMatchObject([{ folder: 'artifacts/sample/distill', lines: 2 }]);
  });

  it('takes a copy of a folder for a run of its own', async () => {
    await space.run('distill', 2);
    cpSync(space.path('artifacts/sample'), space.path('artifacts/kept'), { recursive: true });
    expect(await run()).toMatchObject({ runs: 2, points: 4 });
    expect((await runs()).map(({ project }) => project).sort()).toEqual(['kept', 'sample']);
  });

  it('files a further seed under its experiment', async () => {
    await space.run('distill', 1, { name: 'sample@2' });
    await run();
    expect(
      await database.sql`select e.name, r.project, r.seed from retort.runs r join retort.experiments e on e.id = r.experiment_id`,
    ).toEqual([{ name: 'sample', project: 'sample@2', seed: 2 }]);
  });

  it('leaves notes, tags and the archive to people', async () => {
    await space.run('distill', 1);
    await run();
    await database.sql`update retort.runs set notes = 'good', tags = '{best}', archived_at = now(), bytes = bytes - 1, lines = 0`;
    await run();
    expect(await runs()).toMatchObject([{ notes: 'good', tags: ['best'], archived_at: expect.any(Date) }]);
  });

  it('tells what was made from what', async () => {
    await space.run('prepare', 0, { inputs: { 'experiments/sample/a.csv': sha256('text,label\n') } });
    const sums = sha256(readFileSync(space.path('artifacts/sample/prepare/checksums.txt')));
    await space.run('finetune', 0, { inputs: { 'artifacts/sample/prepare/checksums.txt': sums } });
    await run();
    const lineage = await database.sql`
      select b.kind as made, a.kind as from, a.size from retort.run_artifacts o
      join retort.run_artifacts i on i.run_id = o.run_id and i.role = 'input'
      join retort.artifacts a on a.id = i.artifact_id join retort.artifacts b on b.id = o.artifact_id
      where o.role = 'output' order by made`;
    expect([...lineage]).toEqual([
      { made: 'finetune', from: 'prepare', size: 7 },
      { made: 'prepare', from: 'source', size: 11 },
    ]);
  });

  it('reads the evaluations of a report', async () => {
    const model = (name: string, mcnemar: unknown) => ({
      name,
      accuracy: 0.9,
      accuracyInterval: [0.8, 0.95],
      loss: 0.3,
      mcnemar,
    });
    const results = {
      split: { n: 100, sha256: sha256('test') },
      models: [model('teacher', null), model('student', { onlyTeacher: 3, onlyModel: 1, p: 0.625 })],
    };
    await space.run('report', 0, { files: { 'results.json': JSON.stringify(results) } });
    await run();
    expect(
      await database.sql`select model, metric, value, low, high, n from retort.evaluations where model = 'student' order by metric`,
    ).toEqual([
      { model: 'student', metric: 'accuracy', value: 0.9, low: 0.8, high: 0.95, n: 100 },
      { model: 'student', metric: 'loss', value: 0.3, low: null, high: null, n: 100 },
    ]);
    expect(await database.sql`select model_a, model_b, only_a, only_b, p from retort.comparisons`).toEqual([
      { model_a: 'teacher', model_b: 'student', only_a: 3, only_b: 1, p: 0.625 },
    ]);
  });

  it('names the folder whose lines are damaged, and passes over what is no record', async () => {
    await space.run('distill', 1);
    writeFileSync(space.path('artifacts/sample/distill/metrics.jsonl'), 'no point\n', { flag: 'a' });
    mkdirSync(space.path('.retort/runs/something'), { recursive: true });
    expect(await run()).toEqual({ runs: 1, changed: 1, points: 1, damaged: { 'artifacts/sample/distill': 1 } });
  });

  it('ends behind the run under way when it is aborted, and leaves the records of the others', async () => {
    await space.fail('finetune', 1, 'x');
    await space.fail('distill', 1, 'x');
    const abort = new AbortController();
    const reason = new Error('no longer wanted');
    let syncing: Promise<unknown> = Promise.resolve();
    await database.sql.begin(async (tx) => {
      await tx`lock table retort.experiments in exclusive mode`;
      syncing = sync(database.sql, space.workspace, { signal: abort.signal }).catch((error: unknown) => error);
      const waiting = () => tx`select from pg_locks where not granted and relation = 'retort.experiments'::regclass`;
      while ((await waiting()).length === 0);
      abort.abort(reason);
    });
    expect(await syncing).toBe(reason);
    expect([(await runs()).length, recorded().length]).toEqual([1, 2]);
  });
});
