import {
  type Evaluation,
  evaluate,
  type MetricsLog,
  type Progress,
  Random,
  type TrainingConfig,
  UserError,
} from '@retort/shared';
import type { Model } from '../checkpoint/model-folder.ts';
import { type Batch, collate, shuffledBatches, sortedBatches } from '../data/batches.ts';
import type { TrainingEngine } from '../engine/engine.ts';
import type { Parameters } from '../model/parameters.ts';
import { ModelOptimizer } from '../optimizer/model-optimizer.ts';
import { linearSchedule } from '../optimizer/schedule.ts';
import { formatStatus, Speedometer } from './status.ts';

/** The texts of a split as tokens, and what is known of them. */
export interface EncodedSplit {
  /** Token ids with [CLS] and [SEP]. */
  readonly encoded: readonly Int32Array[];
  readonly labels: Int32Array;
  /** The teacher's logits [texts, labels], where the loss asks for them. */
  readonly teacherLogits?: Float32Array;
}

export interface TrainingTask {
  readonly model: Model;
  /** Made for `model.parameters`, which training changes in place. */
  readonly engine: TrainingEngine;
  readonly train: EncodedSplit;
  readonly validation: EncodedSplit;
  readonly settings: TrainingConfig;
  readonly padId: number;
  readonly seed: number;
  readonly progress: Progress;
  readonly metrics: MetricsLog;
}

export interface TrainingResult {
  /** A copy of the weights after the best epoch. */
  readonly parameters: Parameters;
  readonly bestEpoch: number;
  readonly validation: Evaluation;
  readonly steps: number;
  readonly trainedTokens: number;
  /** Seconds in training, evaluation left out. */
  readonly seconds: number;
}

/** Trains for the epochs asked for and gives back the weights that did best on the validation split. */
export async function train(task: TrainingTask): Promise<TrainingResult> {
  const { model, engine, settings, progress, metrics } = task;
  const lengths = task.train.encoded.map((ids) => ids.length);
  const stepsInEpoch = Math.ceil(lengths.length / settings.batchSize);
  const total = stepsInEpoch * settings.epochs;
  const warmup = Math.round(total * settings.warmup);
  const optimizer = new ModelOptimizer(model.config, model.parameters, settings);
  const speed = new Speedometer(settings.epochs * lengths.reduce((a, b) => a + b, 0));
  let best: { parameters: Parameters; epoch: number; validation: Evaluation } | undefined;
  let step = 0;

  for (let epoch = 1; epoch <= settings.epochs; epoch++) {
    engine.startEpoch(epoch);
    let lossSum = 0;
    for (const indices of shuffledBatches(lengths, settings.batchSize, new Random(task.seed, 'batches', epoch))) {
      const started = performance.now();
      const batch = collate(task.train.encoded, indices, task.padId);
      optimizer.prepare(Array.from(batch.uniqueIds, Number));
      const gradients = await engine.gradients(batch, targetsOf(task.train, batch, model.config.labels.length), step);
      requireFinite(gradients.loss, gradients.norm, step);
      const learningRate = settings.learningRate * linearSchedule(step, total, warmup);
      optimizer.step(gradients, learningRate);
      step++;
      lossSum += gradients.loss;
      speed.add(batch.tokenCount, performance.now() - started);
      metrics.append(
        { name: 'train.loss', value: gradients.loss, step, epoch },
        { name: 'train.gradient_norm', value: gradients.norm, step, epoch },
        { name: 'train.learning_rate', value: learningRate, step, epoch },
        { name: 'train.tokens_per_second', value: speed.rate, step, epoch },
      );
      progress.update(formatStatus({ epoch, epochs: settings.epochs, step, total, loss: gradients.loss, speed }));
    }

    optimizer.settle();
    const validation = await evaluateSplit(engine, task.validation, task);
    metrics.append(
      { name: 'validation.accuracy', value: validation.accuracy, step, epoch },
      { name: 'validation.loss', value: validation.loss, step, epoch },
    );
    const isBest = best === undefined || isBetter(validation, best.validation);
    if (isBest) best = { parameters: copy(model.parameters), epoch, validation };
    progress.line(
      `epoch ${epoch}/${settings.epochs}  train loss ${(lossSum / stepsInEpoch).toFixed(4)}  validation loss ${validation.loss.toFixed(4)}  ` +
        `accuracy ${(100 * validation.accuracy).toFixed(2)} %${isBest ? '  (best)' : ''}`,
    );
  }
  if (best === undefined) throw new Error('training without an epoch');
  return {
    parameters: best.parameters,
    bestEpoch: best.epoch,
    validation: best.validation,
    steps: step,
    trainedTokens: speed.tokens,
    seconds: speed.seconds,
  };
}

/** Logits of every text of a split, in the split's order: [texts, labels]. */
export async function splitLogits(
  engine: Pick<TrainingEngine, 'logits'>,
  encoded: readonly Int32Array[],
  options: { labels: number; batchSize: number; padId: number; onBatch?: (done: number) => void },
): Promise<Float32Array> {
  const all = new Float32Array(encoded.length * options.labels);
  let done = 0;
  for (const indices of sortedBatches(
    encoded.map((ids) => ids.length),
    options.batchSize,
  )) {
    const logits = await engine.logits(collate(encoded, indices, options.padId));
    indices.forEach((index, row) => {
      all.set(logits.subarray(row * options.labels, (row + 1) * options.labels), index * options.labels);
    });
    done += indices.length;
    options.onBatch?.(done);
  }
  return all;
}

async function evaluateSplit(engine: TrainingEngine, split: EncodedSplit, task: TrainingTask): Promise<Evaluation> {
  const labels = task.model.config.labels.length;
  const logits = await splitLogits(engine, split.encoded, {
    labels,
    batchSize: task.settings.batchSize,
    padId: task.padId,
  });
  return evaluate(logits, split.labels, labels);
}

function targetsOf(split: EncodedSplit, batch: Batch, labelCount: number) {
  const labels = new Float32Array(batch.size * labelCount);
  batch.indices.forEach((index, row) => {
    labels[row * labelCount + split.labels[index]] = 1;
  });
  const all = split.teacherLogits;
  if (all === undefined) return { labels };
  const teacherLogits = new Float32Array(labels.length);
  batch.indices.forEach((index, row) => {
    teacherLogits.set(all.subarray(index * labelCount, (index + 1) * labelCount), row * labelCount);
  });
  return { labels, teacherLogits };
}

/** More right answers; with equally many, the smaller loss. */
function isBetter(a: Evaluation, b: Evaluation): boolean {
  return a.accuracy > b.accuracy || (a.accuracy === b.accuracy && a.loss < b.loss);
}

function copy(parameters: Parameters): Parameters {
  return new Map([...parameters].map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]));
}

function requireFinite(loss: number, norm: number, step: number): void {
  if (Number.isFinite(loss) && Number.isFinite(norm)) return;
  throw new UserError(`training diverged: at step ${step + 1} the loss is ${loss} and the gradient's norm ${norm}`, {
    place: { field: 'training.learningRate' },
    remedy: 'lower the learning rate or lengthen the warm-up',
  });
}
