import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { artifactFolder, type Experiment, type Progress, sha256File } from '@retort/shared';
import { readSafetensors } from '../checkpoint/safetensors.ts';
import { everyTerm, makeWorkspace } from '../testing/workspace.ts';
import { distill } from './distill.ts';
import { finetune } from './finetune.ts';

let lines: string[] = [];
const progress: Progress = { update: () => undefined, line: (text) => lines.push(text), done: () => undefined };

let experiment: Experiment;
beforeAll(async () => {
  experiment = await makeWorkspace({ ...everyTerm, unlabelled: 16 });
  await finetune(experiment, progress);
  lines = [];
  await distill(experiment, progress);
});
afterAll(() => rmSync(experiment.workspace, { recursive: true }));

const student = (file: string) => join(artifactFolder(experiment.workspace, experiment.name, 'distill'), file);
const curve = () =>
  readFileSync(student('metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { name: string; value: number })
    .filter(({ name }) => name === 'train.loss')
    .map(({ value }) => value);

describe('distill with every term, a narrower student, augmentation and unlabelled texts', () => {
  it('writes a student of its own width, without the projections that were trained along', () => {
    expect(JSON.parse(readFileSync(student('config.json'), 'utf8'))).toMatchObject({ dim: 8, n_layers: 2, n_heads: 2 });
    const names = [...readSafetensors(student('model.safetensors')).keys()];
    expect(names).toContain('distilbert.transformer.layer.1.ffn.lin2.weight');
    expect(names.filter((name) => name.startsWith('projection'))).toEqual([]);
  });

  it('trains on the texts without a label too, which the teacher alone labels', () => {
    expect(lines).toContainEqual('16 of 80 texts are unlabelled: the teacher alone says what they are');
    // 80 texts in batches of 8, for 2 epochs.
    expect(curve()).toHaveLength(20);
  });

  it('asks the teacher for what every epoch reads, and says so before it does', () => {
    // 80 texts in 2 epochs, one of which reads the same in both.
    const part = lines.find((line) => line.startsWith("the teacher's part"));
    expect(part).toMatch(/: logits, hidden_states:0, hidden_states:1, .*, values:1 for 159 inputs, .* to compute$/);
  });

  it('learns', () => {
    const losses = curve();
    const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    expect(mean(losses.slice(-5))).toBeLessThan(0.9 * mean(losses.slice(0, 5)));
  });

  it('ends in the same bytes when it is cut off and goes on, and asks the teacher no more', async () => {
    const before = await sha256File(student('model.safetensors'));
    const failing = (text: string) => {
      if (text.startsWith('epoch 2/2')) throw new Error('the power is out');
    };
    await expect(distill(experiment, { ...progress, line: failing }, 'onnxruntime', 0)).rejects.toThrow('the power');
    lines = [];
    await distill(experiment, progress);
    expect(lines).toContainEqual(expect.stringMatching(/^goes on after step (19|20) of 20/));
    expect(lines).toContainEqual(expect.stringMatching(/^the teacher's part: .* all there$/));
    expect(await sha256File(student('model.safetensors'))).toBe(before);
  });

  it('reads the same of the store for other weights of the terms', async () => {
    const { config } = experiment;
    const losses = { ...config.losses, soft: 0.1, temperature: 4 };
    lines = [];
    await distill({ ...experiment, config: { ...config, losses } }, progress);
    expect(lines).toContainEqual(expect.stringMatching(/^the teacher's part: .* all there$/));
  });
});
