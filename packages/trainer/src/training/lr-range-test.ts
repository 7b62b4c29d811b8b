import { type Progress, Random, type TrainingConfig, UserError } from '@retort/shared';
import { shuffledBatches } from '../data/batches.ts';
import type { TrainingTexts } from '../data/texts.ts';
import { labelRows } from './label-rows.ts';
import type { Learner } from './learner.ts';
import { formatRate, isDivergent, type RatePoint } from './lr-suggestion.ts';
import { stepBatches } from './step-batches.ts';
import type { TeacherTargets } from './train.ts';

/** The learning rates of a range test: `from` in the first step, `to` in the last, growing by the same factor each step. */
export interface RateRange {
  readonly steps: number;
  readonly from: number;
  readonly to: number;
}

export interface RangeTask extends RateRange {
  /** Names of the labels. */
  readonly labels: readonly string[];
  /** Trained by the test: its model is of no use afterwards. */
  readonly learner: Learner;
  readonly train: TrainingTexts;
  readonly teacher?: TeacherTargets;
  readonly settings: TrainingConfig;
  readonly padId: number;
  readonly seed: number;
  readonly progress: Progress;
}

export interface RangeResult {
  /** One for each step with a loss that is a number. */
  readonly points: readonly RatePoint[];
  /** The learning rate of the step at which the test stopped before its end: the loss diverged, or was no number any more. */
  readonly brokeOff?: number;
}

/** Share of a running mean that the steps before keep. */
const memory = 0.9;

/**
 * The learning rate range test (Smith 2017, "Cyclical Learning Rates for Training Neural Networks"): trains on batches as a
 * training would take them, at a learning rate that grows from step to step, until its loss diverges. Throws a UserError if
 * the first loss is no number, before any learning.
 */
export async function rangeTest(task: RangeTask): Promise<RangeResult> {
  const { learner, train, teacher, settings, padId, seed, progress, steps } = task;
  const rows = labelRows(task.labels, train.labels, settings);
  const points: RatePoint[] = [];
  const mean = new RunningMean(Math.ceil(steps / 10));
  for (let epoch = 1; ; epoch++) {
    const views = train.views(epoch);
    const texts = { train, teacher, labelRows: rows, padId, epoch, views };
    await learner.startEpoch(epoch);
    const lengths = views.map(({ length }) => length);
    const textsInStep = settings.batchSize * settings.accumulation;
    for (const indices of shuffledBatches(lengths, textsInStep, new Random(seed, 'batches', epoch))) {
      const learningRate = rateOfStep(points.length, task);
      const { loss, norm } = await learner.step(stepBatches(texts, indices, points.length, settings), learningRate);
      if (!Number.isFinite(loss) || !Number.isFinite(norm)) {
        if (points.length === 0) throw noNumber(loss, norm);
        return { points, brokeOff: learningRate };
      }
      points.push({ learningRate, loss });
      progress.update(`step ${points.length}/${steps}  rate ${formatRate(learningRate)}  loss ${loss.toFixed(4)}`);
      if (mean.divergesWith(loss)) return { points, brokeOff: learningRate };
      if (points.length === steps) return { points };
    }
  }
}

/** from (to / from)^(step / (steps - 1)), steps from 0. */
export function rateOfStep(step: number, { steps, from, to }: RateRange): number {
  return from * (to / from) ** (step / (steps - 1));
}

function noNumber(loss: number, norm: number): UserError {
  return new UserError(`before any learning the loss is ${loss} and the gradient's norm ${norm}`, {
    remedy: 'look at the weights that the model starts from',
  });
}

/** A mean of losses in which older ones count less; the first ones settle it before it can diverge. */
class RunningMean {
  readonly #settling: number;
  #count = 0;
  #sum = 0;
  #start = 0;
  #lowest = Number.POSITIVE_INFINITY;

  constructor(settling: number) {
    this.#settling = settling;
  }

  divergesWith(loss: number): boolean {
    this.#count++;
    this.#sum = memory * this.#sum + (1 - memory) * loss;
    const mean = this.#sum / (1 - memory ** this.#count);
    if (this.#count < this.#settling) return false;
    if (this.#count === this.#settling) this.#start = mean;
    this.#lowest = Math.min(this.#lowest, mean);
    return isDivergent(mean, this.#lowest, this.#start);
  }
}
