import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { artifactFolder, type Experiment, loadExperiment, openArtifact, type Progress } from '@retort/shared';
import { distill } from '../stages/distill.ts';
import { finetune } from '../stages/finetune.ts';
import { goldenVocabulary, writeCheckpoint } from '../testing/checkpoints.ts';
import { makeWorkspace } from '../testing/workspace.ts';

const progress: Progress = { update: () => undefined, line: () => undefined, done: () => undefined };

let experiment: Experiment;
beforeAll(async () => {
  const { workspace, folder, name } = await makeWorkspace();
  const path = join(folder, 'experiment.json');
  const { teacher, student, ...rest } = JSON.parse(readFileSync(path, 'utf8'));
  const models = {
    teacher: { weights: 'org/tiny', training: teacher.training },
    student: { weights: '/models/org/small', training: student.training },
  };
  writeFileSync(path, JSON.stringify({ ...rest, ...models }));
  await writeCheckpoint(join(workspace, 'models/org/tiny'), 'bert');
  await writeCheckpoint(join(workspace, 'models/org/small'), 'distilbert');
  experiment = loadExperiment(name, workspace);
  await finetune(experiment, progress);
  await distill(experiment, progress);
});
afterAll(() => {
  rmSync(experiment.workspace, { recursive: true });
});

const fileOf = (stage: string, file: string) =>
  readFileSync(join(artifactFolder(experiment.workspace, experiment.name, stage), file), 'utf8');

describe('the stages with checkpoints', () => {
  it('keep the tokenizer of the checkpoint', () => {
    expect(fileOf('finetune', 'vocab.txt')).toBe(`${goldenVocabulary.join('\n')}\n`);
    expect(fileOf('distill', 'vocab.txt')).toBe(fileOf('finetune', 'vocab.txt'));
  });

  it('give the model the labels of the experiment', () => {
    expect(JSON.parse(fileOf('finetune', 'config.json'))).toMatchObject({ vocab_size: 60, id2label: { 0: 'calm' } });
    expect(JSON.parse(fileOf('distill', 'config.json'))).toMatchObject({ n_layers: 2, id2label: { 1: 'stormy' } });
  });

  it.each([
    ['finetune', 'models/org/tiny'],
    ['distill', 'models/org/small'],
  ])('record the checksums of the weights: %s', async (stage, folder) => {
    const { manifest } = await openArtifact(experiment.workspace, experiment.name, stage);
    expect(manifest.inputs).toMatchObject({
      [`${folder}/model.safetensors`]: expect.stringMatching(/^[0-9a-f]{64}$/),
      [`${folder}/config.json`]: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });
});
