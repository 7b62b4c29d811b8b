import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { artifactFolder, type Experiment, listFiles, openArtifact, type Progress, sha256File } from '@retort/shared';
import { makeWorkspace } from '../testing/workspace.ts';
import { distill } from './distill.ts';
import { finetune } from './finetune.ts';

const lines: string[] = [];
const progress: Progress = { update: () => undefined, line: (text) => lines.push(text), done: () => undefined };

let experiment: Experiment;
beforeAll(async () => {
  experiment = await makeWorkspace();
  await finetune(experiment, progress);
  await distill(experiment, progress);
});
afterAll(() => {
  rmSync(experiment.workspace, { recursive: true });
});

const folderOf = (stage: string) => artifactFolder(experiment.workspace, experiment.name, stage);
const json = (stage: string, file: string) =>
  JSON.parse(readFileSync(join(folderOf(stage), file), 'utf8')) as Record<string, unknown>;

describe('finetune and distill', () => {
  it.each(['finetune', 'distill'])('write a Hugging Face folder: %s', async (stage) => {
    expect(await listFiles(folderOf(stage))).toEqual(
      expect.arrayContaining([
        'config.json',
        'model.safetensors',
        'onnx/model.onnx',
        'retort.json',
        'tokenizer.json',
        'tokenizer_config.json',
        'vocab.txt',
      ]),
    );
  });

  it('name the architectures and the labels', () => {
    expect(json('finetune', 'config.json')).toMatchObject({
      model_type: 'bert',
      num_hidden_layers: 2,
      id2label: { 0: 'calm', 1: 'stormy' },
    });
    expect(json('distill', 'config.json')).toMatchObject({
      model_type: 'distilbert',
      n_layers: 1,
      label2id: { calm: 0, stormy: 1 },
    });
  });

  it('record in the manifest what they read, what they wrote and how well it went', async () => {
    const { manifest } = await openArtifact(experiment.workspace, 'tiny', 'distill');
    expect(Object.keys(manifest.inputs)).toEqual([
      'artifacts/tiny/finetune/checksums.txt',
      'artifacts/tiny/prepare/checksums.txt',
    ]);
    expect(manifest.metrics).toMatchObject({ steps: 16, 'validation.accuracy': expect.any(Number) });
    expect(manifest.versions).toMatchObject({ onnxruntime: expect.stringMatching(/^\d/) });
  });

  it.each(['finetune', 'distill'])(
    'say in retort.json how to read and decide, as fitted on validation: %s',
    async (stage) => {
      const { manifest } = await openArtifact(experiment.workspace, 'tiny', stage);
      const prepared = await openArtifact(experiment.workspace, 'tiny', 'prepare');
      const { temperature, threshold, 'validation.answered': answered } = manifest.metrics;
      expect(json(stage, 'retort.json')).toEqual({
        hygiene: 1,
        format: 1,
        longTexts: 'windows',
        maxTokens: 16,
        calibration: {
          temperature,
          threshold: { label: 'stormy', value: threshold },
          abstention: {
            margin: expect.any(Number),
            minTokens: 12,
            answered,
            accuracy: manifest.metrics['validation.answered.accuracy'],
          },
          fittedOn: { split: 'validation', n: 24, sha256: prepared.manifest.outputs['validation.parquet'] },
        },
      });
      expect(manifest.metrics['validation.calibrated.accuracy']).toBeGreaterThanOrEqual(
        manifest.metrics['validation.accuracy'],
      );
    },
  );

  it('tell what is trained on what, and where the result lies', () => {
    expect(lines[0]).toMatch(
      /^bert, 2 layers of 16, .* M parameters; 64 texts to train, 24 to validate; onnxruntime .* on cpu$/,
    );
    expect(lines.at(-1)).toMatch(/^written to .*distill$/);
  });

  it('write the same bytes when they run again', async () => {
    const sums = (stage: string) =>
      Promise.all(['model.safetensors', 'retort.json'].map((file) => sha256File(join(folderOf(stage), file))));
    const all = () => Promise.all(['finetune', 'distill'].map(sums));
    const before = await all();
    rmSync(folderOf('finetune'), { recursive: true });
    await finetune(experiment, progress);
    await distill(experiment, progress);
    expect(await all()).toEqual(before);
  });

  it('tell before they train what memory and disk they will take, and record the peak', async () => {
    expect(lines).toContainEqual(expect.stringMatching(/^memory: about \d/));
    expect(lines).toContainEqual(
      expect.stringMatching(/^checkpoints: after every 5 min and every epoch, in .*distill/),
    );
    const { metrics } = (await openArtifact(experiment.workspace, 'tiny', 'distill')).manifest;
    expect(metrics.peak_memory_bytes).toBeGreaterThan(2 ** 20);
  });

  it('leave no checkpoints', () => {
    expect(existsSync(join(experiment.workspace, '.retort/checkpoints'))).toBe(false);
  });

  it.each([
    ['finetune', finetune],
    ['distill', distill],
  ] as const)('go on where they were when writing the artifact failed: %s', async (stage, run) => {
    const before = await sha256File(join(folderOf(stage), 'model.safetensors'));
    const failing = (text: string) => {
      if (text.startsWith('best epoch')) throw new Error('the power is out');
    };
    await expect(run(experiment, { ...progress, line: failing })).rejects.toThrow('the power is out');
    const again: string[] = [];
    await run(experiment, { ...progress, line: (text) => again.push(text) });
    expect(again).toContainEqual(expect.stringMatching(/^goes on after step 16 of 16, all epochs are done, from /));
    expect(await sha256File(join(folderOf(stage), 'model.safetensors'))).toBe(before);
  });

  it('say which stage is missing', async () => {
    const bare = { ...experiment, name: 'bare' };
    await expect(finetune(bare, progress)).rejects.toMatchObject({
      name: 'UserError',
      remedy: 'run: nx run bare:prepare',
    });
  });
});
