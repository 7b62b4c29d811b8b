import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { artifactFolder, type Experiment, openArtifact, type Progress } from '@retort/shared';
import { readSafetensors } from '../checkpoint/safetensors.ts';
import { makeWorkspace } from '../testing/workspace.ts';
import { distill } from './distill.ts';
import { finetune } from './finetune.ts';

const labels = ['calm', 'stormy', 'foggy'];
const training = {
  epochs: 8,
  learningRate: 1e-2,
  classWeights: { foggy: 1.5 },
  labelSmoothing: 0.1,
  layerDecay: 0.9,
};
const lines: string[] = [];
const progress: Progress = { update: () => undefined, line: (text) => lines.push(text), done: () => undefined };

let experiment: Experiment;
beforeAll(async () => {
  experiment = await makeWorkspace({ labels, training, studentTraining: { freeze: 'embeddings' } });
  await finetune(experiment, progress);
  await distill(experiment, progress);
});
afterAll(() => rmSync(experiment.workspace, { recursive: true }));

const path = (stage: string, file: string) => join(artifactFolder(experiment.workspace, experiment.name, stage), file);

describe('an experiment of three labels, with weights, smoothing and frozen embeddings,', () => {
  it.each(['finetune', 'distill'])('learns: %s', async (stage) => {
    const { metrics } = (await openArtifact(experiment.workspace, experiment.name, stage)).manifest;
    expect(metrics['validation.accuracy']).toBeGreaterThan(0.5);
  });

  it('names all labels in the model', () => {
    const config = JSON.parse(readFileSync(path('distill', 'config.json'), 'utf8')) as object;
    expect(config).toMatchObject({ id2label: { 0: 'calm', 1: 'stormy', 2: 'foggy' } });
  });

  it('tells what a text counts, what is frozen and how much is trained', () => {
    expect(lines).toContain('class weights: calm 1, stormy 1, foggy 1.5; label smoothing 0.1');
    expect(lines).toContainEqual(
      expect.stringMatching(/^frozen: the embeddings; 0\.\d\d M of 0\.\d\d M parameters are trained$/),
    );
  });

  it("leaves the student's embeddings as its teacher's", () => {
    const words = 'embeddings.word_embeddings.weight';
    const student = readSafetensors(path('distill', 'model.safetensors')).get(`distilbert.${words}`);
    const teacher = readSafetensors(path('finetune', 'model.safetensors')).get(`bert.${words}`);
    expect(student?.data).toEqual(teacher?.data);
  });
});
