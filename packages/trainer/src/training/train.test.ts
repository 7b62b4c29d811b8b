import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { onnxruntimeCpu } from '@retort/runtime';
import { MetricsLog, type Progress, Random, type TrainingConfig } from '@retort/shared';
import { createEngine } from '../engine/onnxruntime.ts';
import type { ModelConfig } from '../model/config.ts';
import { randomParameters } from '../model/parameters.ts';
import { train } from './train.ts';

const config: ModelConfig = {
  architecture: 'bert',
  vocabularySize: 40,
  layers: 1,
  hidden: 16,
  heads: 2,
  intermediate: 32,
  maxPositions: 16,
  tokenTypes: 2,
  epsilon: 1e-12,
  labels: ['low', 'high'],
};
const settings: TrainingConfig = {
  epochs: 8,
  batchSize: 8,
  learningRate: 5e-3,
  warmup: 0.1,
  weightDecay: 0.01,
  clipNorm: 1,
  dropout: 0.1,
};

/** Texts of random tokens; those that hold token 7 are "high". */
function texts(count: number, seed: number) {
  const random = new Random(seed);
  const labels = Int32Array.from({ length: count }, () => random.integer(2));
  const encoded = Array.from(labels, (label) => {
    const ids = Int32Array.from({ length: 4 + random.integer(8) }, () => 10 + random.integer(30));
    if (label === 1) ids[random.integer(ids.length)] = 7;
    return ids;
  });
  return { encoded, labels };
}

async function run(learningRate = settings.learningRate) {
  const parameters = randomParameters(config, 3);
  const lines: string[] = [];
  const progress: Progress = { update: () => undefined, line: (text) => lines.push(text), done: () => undefined };
  const folder = mkdtempSync(join(tmpdir(), 'retort-'));
  const metrics = new MetricsLog(join(folder, 'metrics.jsonl'));
  const engine = await createEngine(onnxruntimeCpu, {
    config,
    parameters,
    losses: { hard: 1, soft: 0, temperature: 1 },
    dropout: settings.dropout,
    seed: 3,
    batchSize: settings.batchSize,
    maxTokens: 16,
    threads: 1,
  });
  const task = {
    train: texts(160, 1),
    validation: texts(60, 2),
    settings: { ...settings, learningRate },
    padId: 0,
    seed: 3,
  };
  try {
    const result = await train({ ...task, model: { config, parameters }, engine, progress, metrics });
    const points = readFileSync(join(folder, 'metrics.jsonl'), 'utf8').trim().split('\n');
    return { result, lines, points: points.map((line) => JSON.parse(line) as { name: string; step: number }) };
  } finally {
    await engine.close();
    metrics.close();
    rmSync(folder, { recursive: true });
  }
}

describe('train', () => {
  const first = run();

  it('learns', async () => {
    expect((await first).result.validation.accuracy).toBeGreaterThan(0.95);
  });

  it('gives the same weights, to the bit, when run again', async () => {
    const second = await run();
    expect(second.result.parameters).toEqual((await first).result.parameters);
  });

  it('tells every epoch, and which was the best', async () => {
    const { lines, result } = await first;
    expect(lines).toHaveLength(settings.epochs);
    expect(lines[result.bestEpoch - 1]).toMatch(/^epoch \d\/8 {2}train loss \d.*accuracy [\d.]+ % {2}\(best\)$/);
  });

  it('logs a point of each curve for each step', async () => {
    const { points } = await first;
    expect(points.filter(({ name }) => name === 'train.loss').map(({ step }) => step)).toEqual(
      Array.from({ length: 160 }, (_, i) => i + 1),
    );
    expect(points.filter(({ name }) => name === 'validation.accuracy')).toHaveLength(settings.epochs);
  });

  it('stops at a loss that is no number, and says what to do', async () => {
    await expect(run(1e30)).rejects.toThrow(/training diverged: at step \d+ the loss is/);
  });
});
