import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { node } from '@retort/onnx';
import { onnxruntimeCpu } from '@retort/runtime';
import {
  artifactFolder,
  createProgress,
  type Experiment,
  loadTokenizer,
  type Manifest,
  readSplit,
  sha256File,
} from '@retort/shared';
import type { Results } from '../report/results.ts';
import { scoreTexts } from '../report/score.ts';
import { bertLike, tinyConfig } from '../testing/bert-like.ts';
import { countWeights, labels, makeWorkspace, writeDataset, writeTinyModel } from '../testing/workspace.ts';
import { runQuantize } from './quantize.ts';
import { runReport } from './report.ts';
import { whereThingsLie } from './summary.ts';

const silent = () => createProgress({ title: 'test', stream: new PassThrough().resume() });
const folderOf = ({ workspace, name }: Experiment, stage: string) => artifactFolder(workspace, name, stage);

describe('quantize and report of a tiny experiment', () => {
  let experiment: Experiment;
  let quantized: Manifest;
  let report: { results: Results; manifest: Manifest };
  beforeAll(async () => {
    experiment = await makeWorkspace();
    quantized = await runQuantize(experiment, silent());
    report = await runReport(experiment, silent());
  });
  afterAll(() => rmSync(experiment.workspace, { recursive: true }));

  it('makes two folders that are whole models', () => {
    const gate = ['gate.json', 'gate.md', 'onnx/model_quantized.onnx', 'retort.json'];
    const tokenizer = ['special_tokens_map.json', 'tokenizer.json', 'tokenizer_config.json', 'vocab.txt'];
    const expected = ['config.json', ...gate, ...tokenizer].sort();
    expect(Object.keys(quantized.outputs)).toEqual([
      ...expected.map((file) => `student/${file}`),
      ...expected.map((file) => `teacher/${file}`),
    ]);
  });

  it('tells sizes and ratios', () => {
    const file = join(folderOf(experiment, 'quantize'), 'teacher/onnx/model_quantized.onnx');
    expect(quantized.metrics['teacher-int8.bytes']).toBe(statSync(file).size);
    expect(quantized.metrics['student.ratio']).toBe(
      quantized.metrics['student.bytes'] / quantized.metrics['student-int8.bytes'],
    );
  });

  it('compares the four models, the teacher first', () => {
    expect(report.results.models.map(({ name, weights }) => [name, weights])).toEqual([
      ['teacher', 'fp32'],
      ['student', 'fp32'],
      ['teacher-int8', 'fixed-int8'],
      ['student-int8', 'fixed-int8'],
    ]);
  });

  it('names the split by its hash', async () => {
    const sha256 = await sha256File(join(folderOf(experiment, 'prepare'), 'test.parquet'));
    expect(report.results.split).toMatchObject({ name: 'test', n: 24, sha256, labels: ['human', 'ai'] });
  });

  it('counts the texts that were cut', () => {
    // Text i has 3 + i words, and room is for 22.
    expect(report.results.split.truncated).toBe(4);
  });

  it('counts the logical weights of int8 models', () => {
    const teacher = countWeights(bertLike({ ...tinyConfig, layers: 2 }));
    const student = countWeights(bertLike({ ...tinyConfig, layers: 1 }));
    expect(report.results.models.map(({ parameters }) => parameters)).toEqual([teacher, student, teacher, student]);
  });

  it('tests each model but the teacher against it', () => {
    const [teacher, ...others] = report.results.models;
    expect(teacher.mcnemar).toBeNull();
    for (const { mcnemar, accuracy } of others) {
      const difference = (mcnemar?.onlyTeacher ?? Number.NaN) - (mcnemar?.onlyModel ?? Number.NaN);
      expect(difference / 24).toBeCloseTo(teacher.accuracy - accuracy, 10);
    }
  });

  it('gives the accuracy that the texts have one by one', async () => {
    const folder = join(folderOf(experiment, 'quantize'), 'student');
    const session = await onnxruntimeCpu.open(join(folder, 'onnx/model_quantized.onnx'));
    const split = await readSplit(folderOf(experiment, 'prepare'), 'test');
    const tokenizer = loadTokenizer(folder);
    let right = 0;
    for (const [i, text] of split.texts.entries()) {
      const { ids } = tokenizer.encode(text, 24);
      const [human, ai] = await scoreTexts(session, [[ids]], 2, { file: folder });
      if ((ai > human ? 1 : 0) === split.labels[i]) right++;
    }
    await session.close();
    expect(report.results.models[3].accuracy).toBe(right / 24);
  });

  it('measures at the lengths of the experiment', () => {
    expect(report.results.models[3].latency.map(({ length }) => length)).toEqual([8, 16]);
  });

  it('writes the same as JSON and as Markdown', () => {
    const folder = folderOf(experiment, 'report');
    expect(JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8'))).toEqual(report.results);
    expect(readFileSync(join(folder, 'results.md'), 'utf8')).toContain('| student-int8 |');
  });

  it('puts the figures into the manifest by name', () => {
    const [teacher, student] = report.results.models;
    expect(report.manifest.metrics).toMatchObject({
      'teacher.accuracy': teacher.accuracy,
      'student.p50.16': student.latency[1].p50,
      'student.p': student.mcnemar?.p,
    });
  });

  it('tells where things lie', () => {
    expect(whereThingsLie(experiment)).toMatch(
      /^results {7}.*artifacts\/tiny\/report\/results\.md\npage .*report\/report\.html\n/,
    );
  });
});

describe('quantize and report refuse', () => {
  let experiment: Experiment;
  beforeEach(async () => {
    experiment = await makeWorkspace();
  });
  afterEach(() => rmSync(experiment.workspace, { recursive: true }));
  const stages = () => readdirSync(join(experiment.workspace, 'artifacts/tiny')).sort();

  it('a teacher that has not been trained, and leave nothing', async () => {
    rmSync(folderOf(experiment, 'finetune'), { recursive: true });
    await expect(runQuantize(experiment, silent())).rejects.toMatchObject({ remedy: 'run: nx run tiny:finetune' });
    expect(stages()).toEqual(['distill', 'prepare']);
  });

  it('a model file that has changed since', async () => {
    const file = join(folderOf(experiment, 'distill'), 'onnx/model.onnx');
    writeFileSync(file, readFileSync(file).subarray(0, 1000));
    await expect(runQuantize(experiment, silent())).rejects.toThrow('the file is not what the stage wrote');
    expect(stages()).toEqual(['distill', 'finetune', 'prepare']);
  });

  it('a report before the models are quantized', async () => {
    await expect(runReport(experiment, silent())).rejects.toMatchObject({ remedy: 'run: nx run tiny:quantize' });
    expect(existsSync(folderOf(experiment, 'report'))).toBe(false);
  });

  it('int8 models of another student', async () => {
    await runQuantize(experiment, silent());
    await writeTinyModel(experiment, 'distill', bertLike({ ...tinyConfig, seed: 9 }));
    await expect(runReport(experiment, silent())).rejects.toThrow('quantize ran on another result of distill');
  });

  it('models that were trained on another split than the one at hand', async () => {
    await runQuantize(experiment, silent());
    await writeDataset(experiment, 6);
    await expect(runReport(experiment, silent())).rejects.toMatchObject({ remedy: 'run: nx run tiny:finetune' });
    expect(existsSync(folderOf(experiment, 'report'))).toBe(false);
  });

  it('to quantize a student of another teacher', async () => {
    await writeTinyModel(experiment, 'finetune', bertLike({ ...tinyConfig, seed: 9 }));
    await expect(runQuantize(experiment, silent())).rejects.toMatchObject({ remedy: 'run: nx run tiny:distill' });
  });

  it('a model whose retort.json is damaged', async () => {
    const calibration = { temperature: 0, fittedOn: { split: 'validation', n: 9, sha256: 'ab'.repeat(32) } };
    await writeTinyModel(experiment, 'distill', bertLike(), labels, { longTexts: 'head', maxTokens: 24, calibration });
    await expect(runQuantize(experiment, silent())).rejects.toMatchObject({
      place: { file: expect.stringContaining('retort.json'), field: 'calibration.temperature' },
    });
  });

  it('a model of other labels than the dataset', async () => {
    await writeTinyModel(experiment, 'distill', bertLike(), ['ai', 'human']);
    await expect(runQuantize(experiment, silent())).rejects.toThrow('the student knows the labels ai, human');
  });

  it('a model with more logits than labels', async () => {
    await writeTinyModel(experiment, 'distill', bertLike({ ...tinyConfig, labels: 3 }));
    await expect(runQuantize(experiment, silent())).rejects.toThrow('logits of one text have shape [1, 3]');
  });

  it('a model without logits', async () => {
    const model = bertLike();
    const outputs = model.graph.outputs.map((output) => ({ ...output, name: 'scores' }));
    const nodes = [...model.graph.nodes, node('Identity', ['logits'], ['scores'])];
    await writeTinyModel(experiment, 'distill', { ...model, graph: { ...model.graph, outputs, nodes } });
    await expect(runQuantize(experiment, silent())).rejects.toThrow('the model has no output "logits"');
  });
});
