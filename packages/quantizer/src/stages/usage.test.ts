import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { onnxruntimeCpu } from '@retort/runtime';
import {
  artifactFolder,
  createProgress,
  type Experiment,
  loadTokenizer,
  type ModelSettings,
  readModelSettings,
  readSplit,
  spreadWindows,
} from '@retort/shared';
import type { Results } from '../report/results.ts';
import { scoreTexts } from '../report/score.ts';
import { bertLike, tinyConfig } from '../testing/bert-like.ts';
import { labels, makeWorkspace, writeTinyModel } from '../testing/workspace.ts';
import { runQuantize } from './quantize.ts';
import { runReport } from './report.ts';

const silent = () => createProgress({ title: 'test', stream: new PassThrough().resume() });
const folderOf = ({ workspace, name }: Experiment, stage: string) => artifactFolder(workspace, name, stage);

describe('a student that reads windows and has a threshold', () => {
  const settings: ModelSettings = {
    longTexts: 'windows',
    maxTokens: 12,
    calibration: {
      temperature: 2,
      threshold: { label: 'ai', value: 0.54 },
      fittedOn: { split: 'validation', n: 9, sha256: 'ab'.repeat(32) },
    },
  };
  let experiment: Experiment;
  let results: Results;
  beforeAll(async () => {
    experiment = await makeWorkspace();
    await writeTinyModel(experiment, 'distill', bertLike({ ...tinyConfig, layers: 1, seed: 2 }), labels, settings);
    await runQuantize(experiment, silent());
    results = (await runReport(experiment, silent())).results;
  });
  afterAll(() => rmSync(experiment.workspace, { recursive: true }));

  it('takes both along when it is quantized', () => {
    expect(readModelSettings(join(folderOf(experiment, 'quantize'), 'student'), 512)).toMatchObject(settings);
  });

  it('is reported as its folder says, and its teacher as nothing says', () => {
    const usage = {
      ...{ longTexts: 'windows', maxTokens: 12, hygiene: null },
      ...{ temperature: 2, threshold: { label: 'ai', value: 0.54 } },
    };
    const plain = { longTexts: 'head', maxTokens: 24, hygiene: null, temperature: 1, threshold: null };
    const read = results.models.map(({ usage: { batch: _, ...rest } }) => rest);
    expect(read).toEqual([plain, usage, plain, usage]);
    // Text i has 3 + i words. Windows have room for 10 of them, the teacher for 22.
    expect(results.split).toMatchObject({ windowed: 16, truncated: 4 });
  });

  it.each([
    ['student', 1, 'distill', 'onnx/model.onnx'],
    ['student-int8', 3, 'quantize', 'student/onnx/model_quantized.onnx'],
  ])('is scored by the mean logit of windows, its temperature and its threshold: %s', async (_, index, stage, file) => {
    const session = await onnxruntimeCpu.open(join(folderOf(experiment, stage), file));
    const split = await readSplit(folderOf(experiment, 'prepare'), 'test');
    const tokenizer = loadTokenizer(folderOf(experiment, 'distill'));
    let [right, byArgmax, loss] = [0, 0, 0];
    for (const [i, text] of split.texts.entries()) {
      const windows = spreadWindows(tokenizer.encode(text, 1000).ids, 12);
      const rows: Float32Array[] = [];
      for (const window of windows) rows.push(await scoreTexts(session, [[window]], 2, { file }));
      const mean = (label: number) => rows.reduce((sum, row) => sum + row[label], 0) / rows.length;
      const ai = 1 / (1 + Math.exp((mean(0) - mean(1)) / 2));
      if ((ai >= 0.54 ? 1 : 0) === split.labels[i]) right++;
      if ((mean(1) > mean(0) ? 1 : 0) === split.labels[i]) byArgmax++;
      loss -= Math.log(split.labels[i] === 1 ? ai : 1 - ai);
    }
    await session.close();
    const { models } = results;
    expect([models[index].accuracy, models[index].accuracyByArgmax]).toEqual([right / 24, byArgmax / 24]);
    expect(models[index].accuracyByArgmax).not.toBe(models[index].accuracy);
    expect(models[index].loss).toBeCloseTo(loss / 24, 5);
  });
});
