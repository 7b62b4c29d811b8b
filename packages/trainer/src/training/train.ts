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
import { type Batch, shuffledBatches } from '../data/batches.ts';
import type { EvaluationTexts, TrainingTexts } from '../data/texts.ts';
import type { TeacherTensor } from '../engine/engine.ts';
import type { Parameters } from '../model/parameters.ts';
import { linearSchedule } from '../optimizer/schedule.ts';
import type { Checkpoints } from '../resume/checkpoints.ts';
import { type LabelRow, labelRows } from './label-rows.ts';
import type { BatchOfStep, Learner, StepResult } from './learner.ts';
import { windowLogits } from './logits.ts';
import { copyParameters, type Live, restoreSnapshot, type Standing, takeSnapshot } from './standing.ts';
import { formatStatus, Speedometer } from './status.ts';
import { stepBatches } from './step-batches.ts';

/** What the teacher gives for the training texts. */
export interface TeacherTargets {
  /** Graph input -> tensor, for the texts of a batch as the model reads them in an epoch (from 1). */
  of(batch: Batch, epoch: number): ReadonlyMap<string, TeacherTensor>;
  close(): void;
}

export interface TrainingTask {
  readonly model: Model;
  /** Made for `model.parameters`, which training changes. */
  readonly learner: Learner;
  readonly train: TrainingTexts;
  /** For what the terms of the loss compare with; none where they need no teacher. */
  readonly teacher?: TeacherTargets;
  readonly validation: EvaluationTexts;
  readonly settings: TrainingConfig;
  readonly padId: number;
  readonly seed: number;
  readonly progress: Progress;
  readonly metrics: MetricsLog;
  /** Where the training goes on from, and what it leaves for when it is killed. */
  readonly checkpoints?: Checkpoints;
  /** Aborted where the training has to stop: it ends after the step under way by the signal's reason, and leaves a checkpoint. */
  readonly stop?: AbortSignal;
}

export interface TrainingResult {
  /** A copy of the weights after the best epoch. */
  readonly parameters: Parameters;
  readonly bestEpoch: number;
  readonly validation: Evaluation;
  /** Of the validation split, by those weights: [texts, labels]. */
  readonly validationLogits: Float32Array;
  readonly steps: number;
  readonly trainedTokens: number;
  /** Seconds in training, evaluation left out. */
  readonly seconds: number;
}

/**
 * Trains for the epochs asked for, or until patience ends, and gives back the weights that did best on the validation
 * split. Everything random follows from the seed, the epoch and the step: a training that goes on from a checkpoint ends
 * in the same bytes as one that was never interrupted.
 */
export function train(task: TrainingTask): Promise<TrainingResult> {
  return new Training(task).run();
}

class Training {
  readonly #task: TrainingTask;
  /** What the model reads of each text in the epoch under way. */
  #views: readonly Int32Array[];
  readonly #stepsInEpoch: number;
  readonly #totalSteps: number;
  readonly #live: Live;
  readonly #labelRows: readonly LabelRow[];
  #at: Standing = { step: 0, epoch: 1, stepInEpoch: 0, lossSum: 0 };

  constructor(task: TrainingTask) {
    const { model, learner, settings, metrics } = task;
    this.#task = task;
    this.#views = task.train.views(1);
    this.#stepsInEpoch = Math.ceil(this.#views.length / (settings.batchSize * settings.accumulation));
    this.#totalSteps = this.#stepsInEpoch * settings.epochs;
    this.#labelRows = labelRows(model.config.labels, task.train.labels, settings);
    this.#live = {
      parameters: model.parameters,
      learner,
      speed: new Speedometer(settings.epochs * this.#views.reduce((tokens, { length }) => tokens + length, 0)),
      metrics,
    };
  }

  async run(): Promise<TrainingResult> {
    const { settings, progress, stop } = this.#task;
    await this.#resume();
    try {
      while (this.#at.epoch <= settings.epochs && !this.#outOfPatience()) {
        await this.#trainEpoch();
        await this.#finishEpoch();
      }
    } catch (error) {
      if (stop?.aborted && error === stop.reason) await this.#save(false);
      throw error;
    }
    const { best, step, epoch } = this.#at;
    if (best === undefined) throw new Error('training without an epoch');
    if (epoch <= settings.epochs) {
      progress.line(`stopped after epoch ${epoch - 1}: the result of epoch ${best.epoch} has not been bettered since`);
    }
    const { tokens, milliseconds } = this.#live.speed;
    return {
      ...{ parameters: best.parameters, bestEpoch: best.epoch },
      validation: best.validation,
      validationLogits: best.logits,
      steps: step,
      trainedTokens: tokens,
      seconds: milliseconds / 1000,
    };
  }

  async #resume(): Promise<void> {
    const { checkpoints, validation, model, progress, settings } = this.#task;
    const snapshot = checkpoints?.load();
    if (snapshot === undefined) return;
    const labelCount = model.config.labels.length;
    this.#at = await restoreSnapshot(snapshot, this.#live, { labels: validation.labels, labelCount });
    const { step, epoch } = this.#at;
    const place = epoch > settings.epochs ? 'all epochs are done' : `in epoch ${epoch} of ${settings.epochs}`;
    progress.line(`goes on after step ${step} of ${this.#totalSteps}, ${place}, from ${checkpoints?.last}`);
  }

  /** A checkpoint of the step reached. `atBest`: the weights are the best. */
  async #save(atBest: boolean): Promise<void> {
    const { checkpoints } = this.#task;
    const snapshot = checkpoints && (await takeSnapshot(this.#at, this.#live, atBest));
    if (snapshot !== undefined) await checkpoints?.save(this.#at, snapshot);
  }

  #outOfPatience(): boolean {
    const { patience } = this.#task.settings;
    const { best, epoch } = this.#at;
    return patience !== undefined && best !== undefined && epoch - 1 - best.epoch >= patience;
  }

  async #trainEpoch(): Promise<void> {
    const { learner, train, settings, seed, checkpoints, stop } = this.#task;
    const at = this.#at;
    this.#views = train.views(at.epoch);
    const lengths = this.#views.map(({ length }) => length);
    await learner.startEpoch(at.epoch);
    const textsInStep = settings.batchSize * settings.accumulation;
    const steps = shuffledBatches(lengths, textsInStep, new Random(seed, 'batches', at.epoch));
    for (const indices of steps.slice(at.stepInEpoch)) {
      await this.#step(indices);
      stop?.throwIfAborted();
      await checkpoints?.saveIfDue(at, () => takeSnapshot(at, this.#live, false));
    }
  }

  /** One step of the optimizer on these texts. */
  async #step(indices: readonly number[]): Promise<void> {
    const { learner, settings, metrics, progress } = this.#task;
    const { speed } = this.#live;
    const at = this.#at;
    const started = performance.now();
    const warmup = Math.round(this.#totalSteps * settings.warmup);
    const learningRate = settings.learningRate * linearSchedule(at.step, this.#totalSteps, warmup);
    const { loss, norm } = await learner.step(this.#batches(indices), learningRate);
    this.#requireFinite({ loss, norm });
    at.step++;
    at.stepInEpoch++;
    at.lossSum += loss;
    speed.add(
      indices.reduce((tokens, i) => tokens + this.#views[i].length, 0),
      performance.now() - started,
    );
    const { step, epoch } = at;
    metrics.append(
      { name: 'train.loss', value: loss, step, epoch },
      { name: 'train.gradient_norm', value: norm, step, epoch },
      { name: 'train.learning_rate', value: learningRate, step, epoch },
      { name: 'train.tokens_per_second', value: speed.rate, step, epoch },
    );
    progress.update(formatStatus({ epoch, epochs: settings.epochs, step, total: this.#totalSteps, loss, speed }));
  }

  /** The texts of a step in as many batches as it takes. */
  #batches(indices: readonly number[]): Iterable<BatchOfStep> {
    const { train, teacher, settings, padId } = this.#task;
    const { step, epoch } = this.#at;
    const texts = { train, teacher, labelRows: this.#labelRows, padId, epoch, views: this.#views };
    return stepBatches(texts, indices, step, settings);
  }

  /** Evaluates, keeps the weights if they are the best, and leaves a checkpoint at the beginning of the next epoch. */
  async #finishEpoch(): Promise<void> {
    const { model, learner, settings, metrics, progress, padId, stop } = this.#task;
    const { step, epoch, lossSum, best } = this.#at;
    await learner.settle();
    const labels = model.config.labels.length;
    const { windows, labels: expected } = this.#task.validation;
    const logits = await windowLogits(learner, windows, {
      ...{ labels, batchSize: settings.batchSize, padId },
      onBatch: (done, inputs) => {
        stop?.throwIfAborted();
        progress.update(`epoch ${epoch}/${settings.epochs}  validation ${done}/${inputs}`);
      },
    });
    const validation = evaluate(logits, expected, labels);
    metrics.append(
      { name: 'validation.accuracy', value: validation.accuracy, step, epoch },
      { name: 'validation.loss', value: validation.loss, step, epoch },
    );
    const isBest = best === undefined || isBetter(validation, best.validation);
    progress.line(
      `epoch ${epoch}/${settings.epochs}  train loss ${(lossSum / this.#stepsInEpoch).toFixed(4)}  validation loss ${validation.loss.toFixed(4)}  ` +
        `accuracy ${(100 * validation.accuracy).toFixed(2)} %${isBest ? '  (best)' : ''}`,
    );
    this.#at = {
      step,
      epoch: epoch + 1,
      stepInEpoch: 0,
      lossSum: 0,
      best: isBest ? { epoch, parameters: copyParameters(model.parameters), logits, validation } : best,
    };
    await this.#save(isBest);
  }

  #requireFinite({ loss, norm }: StepResult): void {
    if (Number.isFinite(loss) && Number.isFinite(norm)) return;
    const step = this.#at.step + 1;
    const last = this.#task.checkpoints?.last;
    throw new UserError(`training diverged: at step ${step} the loss is ${loss} and the gradient's norm ${norm}`, {
      place: { field: 'training.learningRate' },
      remedy:
        'lower the learning rate or lengthen the warm-up' +
        (last === undefined ? '' : `; the last good state is kept in ${last}`),
    });
  }
}

/** More right answers; with equally many, the smaller loss. */
function isBetter(a: Evaluation, b: Evaluation): boolean {
  return a.accuracy > b.accuracy || (a.accuracy === b.accuracy && a.loss < b.loss);
}
