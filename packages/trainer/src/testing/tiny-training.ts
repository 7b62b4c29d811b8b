import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Executor, onnxruntimeCpu, onnxruntimeWebgpu, openvino } from '@retort/runtime';
import { MetricsLog, type Progress, Random, type TrainingConfig } from '@retort/shared';
import { createDeviceLearner } from '../device/learner.ts';
import type { EngineOptions } from '../engine/engine.ts';
import { createEngine } from '../engine/onnxruntime.ts';
import type { ModelConfig } from '../model/config.ts';
import { randomParameters } from '../model/parameters.ts';
import type { LargeSteps } from '../optimizer/adamw.ts';
import { openLargeSteps } from '../optimizer/executor-adamw.ts';
import { Checkpoints } from '../resume/checkpoints.ts';
import type { Subject } from '../resume/subject.ts';
import { HostLearner } from '../training/host-learner.ts';
import { type TrainingResult, train } from '../training/train.ts';

export const tinyConfig: ModelConfig = {
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

/** 20 steps an epoch, 120 in all. */
export const tinySettings: TrainingConfig = {
  epochs: 6,
  batchSize: 8,
  accumulation: 1,
  learningRate: 5e-3,
  warmup: 0.1,
  weightDecay: 0.01,
  clipNorm: 1,
  dropout: 0.1,
  labelSmoothing: 0,
  layerDecay: 1,
};

export const tinySubject: Subject = {
  stage: 'finetune',
  config: { seed: 3, teacher: { training: { epochs: 4 } } },
  artifacts: { prepare: 'a' },
  weights: 'b',
  texts: 'c',
  code: 'd',
  machine: { node: 'v20' },
};

/** Stands for the end of a process in the middle of its work. */
class Interruption extends Error {}

export interface TinyRun {
  readonly settings?: Partial<TrainingConfig>;
  /** To train on; 160 by default. */
  readonly texts?: number;
  /** Default: the processor. */
  readonly device?: 'cpu' | 'webgpu' | 'openvino';
  /** Where checkpoints lie, and how many minutes are between two. */
  readonly checkpoints?: { folder: string; minutes: number; subject?: Subject };
  /** Ends the run when it tells this: a live state such as `step 7/`, or the beginning of a line that stays. */
  readonly interruptAt?: string;
  /** Asks the run to stop when it tells this. */
  readonly stopAt?: string;
}

/** Texts of random tokens; those that hold token 7 are "high". */
export function tinyTexts(count: number, seed: number) {
  const random = new Random(seed);
  const labels = Int32Array.from({ length: count }, () => random.integer(2));
  const encoded = Array.from(labels, (label) => {
    const ids = Int32Array.from({ length: 4 + random.integer(8) }, () => 10 + random.integer(30));
    if (label === 1) ids[random.integer(ids.length)] = 7;
    return ids;
  });
  const isLong = encoded.map(() => false);
  const tokens = Int32Array.from(encoded, ({ length }) => length);
  return { labels, texts: encoded, isLong, views: () => encoded, windows: encoded.map((ids) => [ids]), tokens };
}

/** What devices are measured with, for the tiny model. */
export const tinyProbe = () => ({
  model: { config: tinyConfig, parameters: randomParameters(tinyConfig, 3) },
  losses: { hard: 1, soft: 0, temperature: 1 },
  settings: tinySettings,
  texts: tinyTexts(20, 1).texts,
  maxTokens: 16,
  seed: 3,
});

/** Trains a tiny model as a process of its own would. Without a result: it was interrupted. */
export async function runTiny({ settings, texts = 160, device, checkpoints, interruptAt, stopAt }: TinyRun = {}) {
  const parameters = randomParameters(tinyConfig, 3);
  const lines: string[] = [];
  const stop = new AbortController();
  const tell = (text: string) => {
    if (interruptAt !== undefined && text.includes(interruptAt)) throw new Interruption();
    if (stopAt !== undefined && text.includes(stopAt)) stop.abort(new Interruption());
  };
  const progress: Progress = {
    update: tell,
    line: (text) => {
      lines.push(text);
      tell(text);
    },
    done: () => undefined,
  };
  const folder = mkdtempSync(join(tmpdir(), 'retort-'));
  const metrics = new MetricsLog(join(folder, 'metrics.jsonl'));
  const all = { ...tinySettings, ...settings };
  const model = { config: tinyConfig, parameters };
  const options = {
    ...model,
    losses: { hard: 1, soft: 0, temperature: 1 },
    dropout: all.dropout,
    seed: 3,
    batchSize: all.batchSize,
    maxTokens: 16,
    threads: 1,
  };
  const learner =
    device === 'webgpu'
      ? await createDeviceLearner(onnxruntimeWebgpu, options, all)
      : await hostLearner(device === 'openvino' ? openvino('fp32') : onnxruntimeCpu, options, all);
  const task = {
    model,
    learner,
    train: tinyTexts(texts, 1),
    validation: tinyTexts(60, 2),
    settings: all,
    padId: 0,
    seed: 3,
    progress,
    metrics,
    checkpoints: checkpoints && new Checkpoints({ subject: tinySubject, ...checkpoints, progress }),
    stop: stop.signal,
  };
  let result: TrainingResult | undefined;
  try {
    result = await train(task);
  } catch (error) {
    if (!(error instanceof Interruption)) throw error;
  } finally {
    await learner.close();
    metrics.close();
  }
  const points = readFileSync(join(folder, 'metrics.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { name: string; step: number; epoch: number; value: number });
  rmSync(folder, { recursive: true });
  return { result, lines, points };
}

async function hostLearner(executor: Executor, options: EngineOptions, settings: TrainingConfig) {
  return new HostLearner(await createEngine(executor, options), options, settings, await tinyLargeSteps(executor));
}

/** Where OpenVINO trains, its AdamW for all but the smallest parameters of a tiny model. */
export async function tinyLargeSteps(executor: Executor): Promise<LargeSteps | undefined> {
  return executor.name === 'openvino' ? { ...(await openLargeSteps(executor, 1)), least: 64 } : undefined;
}

/** The curves without what a clock decides. */
export function curves(points: readonly { name: string; step: number; epoch: number; value: number }[]) {
  return points
    .filter(({ name }) => name !== 'train.tokens_per_second')
    .map(({ name, step, epoch, value }) => ({ name, step, epoch, value }));
}
