import { onnxruntimeCpu } from '@retort/runtime';
import { collate } from '../data/batches.ts';
import type { EngineOptions, Gradients, TrainingEngine } from '../engine/engine.ts';
import { names } from '../engine/graphs.ts';
import { createEngine } from '../engine/onnxruntime.ts';
import type { LossTerms } from '../losses/losses.ts';
import type { ModelConfig } from '../model/config.ts';
import { wordTableName } from '../model/parameters.ts';
import { GradientSum } from '../optimizer/gradient-sum.ts';
import { ModelOptimizer } from '../optimizer/model-optimizer.ts';
import { frozenParameters, type GroupSettings } from '../optimizer/parameter-groups.ts';
import { linearSchedule } from '../optimizer/schedule.ts';
import { type LabelSettings, labelRows } from '../training/label-rows.ts';
import { stepBatches } from '../training/step-batches.ts';
import {
  goldenJson,
  goldenModel,
  goldenTensors,
  oneHot,
  plainOptions,
  relativeError,
  withoutPadding,
} from './golden.ts';

export type MakeEngine = (options: EngineOptions) => Promise<TrainingEngine>;

export const onnxruntimeEngine: MakeEngine = (options) => createEngine(onnxruntimeCpu, options);

export interface GoldenBatch {
  input_ids: number[][];
  attention_mask: number[][];
  labels: number[];
}

/** One step of an engine on a golden batch, in batches of so many texts, and what PyTorch gave for it. */
export async function runGolden(
  makeEngine: MakeEngine,
  set: string,
  losses: LossTerms,
  { batchSize = 3, ...settings }: LabelSettings & { labels?: readonly number[]; batchSize?: number } = {},
) {
  const model = goldenModel(set);
  const { config } = model;
  const batch = goldenJson(`${set}/batch.json`) as GoldenBatch;
  const expected = goldenTensors(`${set}/expected.safetensors`);
  const engine = await makeEngine(plainOptions(model, losses));
  const views = withoutPadding(batch);
  const labels = Int32Array.from(settings.labels ?? batch.labels);
  const teacherLogits = losses.soft > 0 ? expected.get('teacher_logits') : undefined;
  const teacher = new Map(teacherLogits === undefined ? [] : [[names.teacher('logits'), teacherLogits] as const]);
  const texts = {
    train: { labels },
    teacher: { of: () => teacher, close: () => undefined },
    labelRows: labelRows(config.labels, labels, settings),
    ...{ padId: 0, epoch: 1, views },
  };
  const sum = new GradientSum(config.hidden);
  for (const part of stepBatches(texts, [0, 1, 2], 0, { batchSize, accumulation: 3 / batchSize })) {
    sum.add(await engine.gradients(part.batch, part.targets, 0), part.share);
  }
  const step = sum.take();
  const logits = await engine.logits(collate(views, [0, 1, 2], 0));
  await engine.close();

  const gradients = allGradients(config, step);
  return { step, logits, gradients, expected, golden: goldenTensors(`${set}/gradients.safetensors`) };
}

/** The gradient of every parameter, that of the word table with all its rows. */
export function allGradients(config: ModelConfig, step: Gradients): Map<string, Float32Array> {
  const gradients = new Map(step.dense);
  const words = new Float32Array(config.vocabularySize * config.hidden);
  step.rows.forEach((row, i) => {
    words.set(step.wordRows.subarray(i * config.hidden, (i + 1) * config.hidden), row * config.hidden);
  });
  gradients.set(wordTableName(config), words);
  return gradients;
}

/** The largest relative error of a parameter's gradient. */
export function worstError(
  gradients: ReadonlyMap<string, Float32Array>,
  golden: ReadonlyMap<string, { data: Float32Array }>,
): number {
  const errors = [...golden].map(([name, { data }]) => {
    const norm = Math.hypot(...data);
    // The gradient of a key's bias is 0 in theory: only rounding is left of it.
    return norm < 1e-6 ? Math.hypot(...(gradients.get(name) ?? [])) : relativeError(gradients.get(name) ?? [], data);
  });
  return Math.max(...errors);
}

interface Curve {
  peakLearningRate: number;
  weightDecay: number;
  maxGradientNorm: number;
  warmupSteps: number;
  /** Loss of each step. */
  loss: number[];
}

/**
 * Trains on the golden batches as PyTorch did, with AdamW, warm-up, linear decay and clipping. For other numbers of
 * steps the batches come over and over, and for fewer texts only the first ones of each batch count.
 */
export async function trainGolden(
  makeEngine: MakeEngine,
  {
    steps = 50,
    texts = 8,
    groups = {},
  }: { steps?: number; texts?: number; groups?: Omit<GroupSettings, 'weightDecay'> } = {},
) {
  const model = goldenModel('loss-curve');
  const curve = goldenJson('loss-curve/curve.json') as Curve;
  const { batches } = goldenJson('loss-curve/batches.json') as {
    batches: { input_ids: number[][]; labels: number[] }[];
  };
  const settings = { ...groups, weightDecay: curve.weightDecay, clipNorm: curve.maxGradientNorm };
  const frozen = frozenParameters(model.config, settings);
  const engine = await makeEngine({ ...plainOptions(model, { hard: 1, soft: 0, temperature: 1 }), frozen });
  const optimizer = new ModelOptimizer(model.config, model.parameters, settings);
  const losses: number[] = [];
  const norms: number[] = [];
  for (let step = 0; step < steps; step++) {
    const { input_ids, labels: all } = batches[step % batches.length];
    const [ids, labels] = [input_ids.slice(0, texts), all.slice(0, texts)];
    const batch = collate(
      ids.map((row) => Int32Array.from(row)),
      [...ids.keys()],
      0,
    );
    optimizer.prepare(Array.from(batch.uniqueIds, Number));
    const targets = { labels: oneHot(labels, model.config.labels.length), teacher: new Map() };
    const gradients = await engine.gradients(batch, targets, step);
    await optimizer.step(gradients, curve.peakLearningRate * linearSchedule(step, steps, curve.warmupSteps));
    losses.push(gradients.loss);
    norms.push(gradients.norm);
  }
  optimizer.settle();
  await engine.close();
  return { model, curve, losses, norms };
}
