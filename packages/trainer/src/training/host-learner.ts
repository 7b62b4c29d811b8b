import type { TrainingConfig } from '@retort/shared';
import type { Model } from '../checkpoint/model-folder.ts';
import type { Batch } from '../data/batches.ts';
import type { Gradients, TrainingEngine } from '../engine/engine.ts';
import type { LargeSteps } from '../optimizer/adamw.ts';
import { GradientSum } from '../optimizer/gradient-sum.ts';
import { ModelOptimizer } from '../optimizer/model-optimizer.ts';
import type { NamedArrays } from '../resume/arrays.ts';
import type { BatchOfStep, Learner, StepResult } from './learner.ts';

/** An engine gives the gradients, and the optimizer changes the parameters where JavaScript owns them. */
export class HostLearner implements Learner {
  readonly #engine: TrainingEngine;
  readonly #optimizer: ModelOptimizer;
  readonly #sum: GradientSum;
  readonly #large: LargeSteps | undefined;

  /** `engine` is made for the parameters of `model`; it is closed with the learner, and so is `large`. */
  constructor(engine: TrainingEngine, { config, parameters }: Model, settings: TrainingConfig, large?: LargeSteps) {
    this.#engine = engine;
    this.#large = large;
    this.#optimizer = new ModelOptimizer(config, parameters, settings, large);
    this.#sum = new GradientSum(config.hidden);
  }

  async startEpoch(epoch: number): Promise<void> {
    this.#engine.startEpoch(epoch);
  }

  async step(batches: Iterable<BatchOfStep>, learningRate: number): Promise<StepResult> {
    const gradients = await this.#gradients(batches);
    const { loss, norm } = gradients;
    if (Number.isFinite(loss) && Number.isFinite(norm)) await this.#optimizer.step(gradients, learningRate);
    return { loss, norm };
  }

  /** The mean gradient over the texts of a step, by way of as many batches as it takes. */
  async #gradients(batches: Iterable<BatchOfStep>): Promise<Gradients> {
    for (const { batch, targets, share, masks } of batches) {
      this.#optimizer.prepare(Array.from(batch.uniqueIds, Number));
      const gradients = await this.#engine.gradients(batch, targets, masks);
      if (share === 1) return gradients;
      this.#sum.add(gradients, share);
    }
    return this.#sum.take();
  }

  logits(batch: Batch): Promise<Float32Array> {
    return this.#engine.logits(batch);
  }

  async settle(): Promise<void> {
    this.#optimizer.settle();
  }

  async state(): Promise<NamedArrays> {
    return this.#optimizer.state();
  }

  async restore(state: NamedArrays): Promise<void> {
    this.#optimizer.restore(state);
  }

  fallback(): string | undefined {
    return this.#engine.fallback?.();
  }

  async fallBack(reason: string): Promise<void> {
    await this.#engine.fallBack?.(reason);
  }

  async close(): Promise<void> {
    try {
      await this.#engine.close();
    } finally {
      await this.#large?.close();
    }
  }
}
