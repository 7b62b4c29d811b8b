import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { artifactFolder, createProgress, type Experiment, evaluate, type Manifest, sha256File } from '@retort/shared';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import type { Results } from '../report/results.ts';
import { makeWorkspace } from '../testing/workspace.ts';
import { runQuantize } from './quantize.ts';
import { runReport } from './report.ts';

const silent = () => createProgress({ title: 'test', stream: new PassThrough().resume() });
const csv = 'essay,generated,site\nword1 word2,0,a\nword3,1,b\n,1,b\n"w\u200bord4 word5",1,a\n';

describe('the report of a tiny experiment with a further file and a further model', () => {
  let experiment: Experiment;
  let results: Results;
  let manifest: Manifest;
  const path = (file: string) => join(artifactFolder(experiment.workspace, 'tiny', 'report'), file);
  beforeAll(async () => {
    experiment = await makeWorkspace({
      report: { lengths: [8], runs: 10, robustnessTexts: 5, models: ['/models/mine'] },
      evaluations: [
        {
          ...{ name: 'web', path: '/data/web.csv', text: 'essay', label: 'generated', source: 'site' },
          labels: { 0: 'human', 1: 'ai' },
        },
      ],
    });
    const { workspace } = experiment;
    mkdirSync(join(workspace, 'data'));
    writeFileSync(join(workspace, 'data/web.csv'), csv);
    cpSync(artifactFolder(workspace, 'tiny', 'distill'), join(workspace, 'models/mine'), { recursive: true });
    await runQuantize(experiment, silent());
    ({ results, manifest } = await runReport(experiment, silent()));
  });
  afterAll(() => rmSync(experiment.workspace, { recursive: true }));

  it('compares the further model by the name of its folder, as good as the student that it is', () => {
    const [, student, , , mine] = results.models;
    expect(results.models.map(({ name }) => name)).toEqual([
      'teacher',
      'student',
      'teacher-int8',
      'student-int8',
      'mine',
    ]);
    expect([mine.accuracy, mine.loss, mine.parameters]).toEqual([student.accuracy, student.loss, student.parameters]);
  });

  it('scores all models on the rows of the file that have a text and a label', () => {
    const [, web] = results.evaluations;
    expect(web).toMatchObject({ name: 'web', file: 'data/web.csv', n: 3, rejected: 1 });
    expect(web.models).toHaveLength(5);
    expect(web.models[0].bySource.map(({ name, n }) => [name, n])).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
  });

  it('notes what it read beside artifacts', async () => {
    const { workspace } = experiment;
    for (const file of ['data/web.csv', 'models/mine/onnx/model.onnx']) {
      expect(manifest.inputs[file]).toBe(await sha256File(join(workspace, file)));
    }
  });

  it('stores the logits of all models, from which the scores follow', async () => {
    for (const { name, n, models } of results.evaluations) {
      const file = await asyncBufferFromFile(path(`predictions/${name}.parquet`));
      const rows: Record<string, unknown>[] = await parquetReadObjects({ file });
      expect(rows).toHaveLength(n);
      const logits = rows.flatMap((row) => [row['teacher:human'], row['teacher:ai']].map(Number));
      const labels = rows.map(({ label }) => (label === 'ai' ? 1 : 0));
      const { accuracy, loss } = evaluate(Float32Array.from(logits), Int32Array.from(labels), 2);
      expect([accuracy, loss]).toEqual([models[0].accuracy, models[0].loss]);
    }
  });

  it('tells the texts of a file by their lines', async () => {
    const file = await asyncBufferFromFile(path('predictions/web.parquet'));
    const rows = await parquetReadObjects({ file, columns: ['id', 'source'] });
    expect(rows).toEqual([
      { id: 2, source: 'a' },
      { id: 3, source: 'b' },
      { id: 5, source: 'a' },
    ]);
  });

  it('measures every model in processes of its own, batches only where inputs may be batched', () => {
    for (const { usage, resources } of results.models) {
      expect(resources?.loadMs).toBeGreaterThan(0);
      expect(resources?.throughput.textsPerSecond).toBeGreaterThan(0);
      // A process with Node and onnxruntime has more than 40 MB.
      expect(resources?.peakMemoryBytes).toBeGreaterThan(40e6);
      const speeds = resources?.batches.map(({ textsPerSecond }) => textsPerSecond !== null);
      expect(speeds).toEqual(usage.batch === 'alone' ? [false, false] : [true, true]);
    }
  });

  it('may batch inputs of float models, and of quantized ones as the gate says', () => {
    const said = ['teacher', 'student'].map((name) => {
      const file = join(artifactFolder(experiment.workspace, 'tiny', 'quantize'), name, 'retort.json');
      return JSON.parse(readFileSync(file, 'utf8')).batch;
    });
    expect(results.models.map(({ usage }) => usage.batch)).toEqual(['any', 'any', ...said, 'any']);
  });

  it('tries every perturbation on so many texts as the experiment says', () => {
    const [{ robustness }] = results.models;
    expect(robustness).toHaveLength(7);
    expect(robustness[0]).toMatchObject({ perturbation: 'none', n: 5, flips: 0 });
  });

  it('finds double spaces without effect: the tokens are the same', () => {
    const spaces = results.models.map(({ robustness }) =>
      robustness.find(({ perturbation }) => perturbation === 'spaces'),
    );
    expect(spaces.map((each) => each?.flips)).toEqual([0, 0, 0, 0, 0]);
  });

  it('times whole texts of the test split', () => {
    expect(results.models[0].mix.runs).toBe(10);
  });

  it('writes a page and a card for each model', () => {
    expect(readFileSync(path('report.html'), 'utf8')).toContain('<svg');
    for (const { name } of results.models) expect(existsSync(path(`cards/${name}/README.md`))).toBe(true);
  });

  it('puts the figures of the further file into the manifest by name', () => {
    expect(manifest.metrics['student.web.accuracy']).toBe(results.evaluations[1].models[1].accuracy);
  });
});

describe('the report refuses', () => {
  it.each([
    ['an evaluation without texts', 'essay,generated\n,1\n', 'no row of the file has a text and a label'],
    ['an evaluation with an unknown label', 'essay,generated\nword1,7\n', 'no label: "7" (line 2)'],
  ])('%s, and leaves nothing', async (_, content, message) => {
    const evaluations = [{ name: 'web', path: 'web.csv', text: 'essay', label: 'generated' }];
    const experiment = await makeWorkspace({ evaluations });
    writeFileSync(join(experiment.folder, 'web.csv'), content);
    await runQuantize(experiment, silent());
    await expect(runReport(experiment, silent())).rejects.toThrow(message);
    expect(existsSync(artifactFolder(experiment.workspace, 'tiny', 'report'))).toBe(false);
    rmSync(experiment.workspace, { recursive: true });
  });

  it.each([
    ['a further model that is not there', 'nothing', 'holds no onnx/model.onnx and no onnx/model_quantized.onnx'],
    ['a further model that is called as one of its own', 'student', '"student" is the name of another model'],
  ])('%s', async (_, name, message) => {
    const experiment = await makeWorkspace({ report: { resources: false, models: [`/models/${name}`] } });
    const { workspace } = experiment;
    cpSync(artifactFolder(workspace, 'tiny', 'distill'), join(workspace, 'models/student'), { recursive: true });
    await runQuantize(experiment, silent());
    await expect(runReport(experiment, silent())).rejects.toMatchObject({
      message: expect.stringContaining(message),
      place: { field: 'report.models[0]' },
    });
    rmSync(workspace, { recursive: true });
  });
});
