import type { Batch } from '../data/batches.ts';
import type { Targets } from '../engine/engine.ts';
import type { NamedArrays } from '../resume/arrays.ts';

/** One of the batches whose mean gradient makes a step. */
export interface BatchOfStep {
  readonly batch: Batch;
  readonly targets: Targets;
  /** Its part of the step's texts: the shares of a step add up to 1. */
  readonly share: number;
  /** Number of its dropout masks: each batch of a training has its own. */
  readonly masks: number;
}

export interface StepResult {
  /** Mean over the step's texts. */
  readonly loss: number;
  /** Euclidean norm of all gradients together, before clipping. */
  readonly norm: number;
}

/**
 * A model in training together with its optimizer, wherever weights and moments live: in JavaScript's memory, or in a GPU's.
 * The parameters that it was made with are the model as the host sees it.
 */
export interface Learner {
  /** Prepares for an epoch: dropout masks follow from the seed and this number. */
  startEpoch(epoch: number): Promise<void>;
  /**
   * One step of the optimizer with the mean gradient over all texts of these batches, which are asked for one by one. After
   * a loss or a norm that is no finite number the training cannot go on: what the weights are then is not said.
   */
  step(batches: Iterable<BatchOfStep>, learningRate: number): Promise<StepResult>;
  /** [batch, labels], without dropout. To be called after `settle`. */
  logits(batch: Batch): Promise<Float32Array>;
  /** Brings the host's parameters to where the training is: before they are read, for evaluation or export. */
  settle(): Promise<void>;
  /**
   * The optimizer's part of a checkpoint, in one form for every learner; afterwards the host's parameters are the weights
   * that belong to it. The arrays may be the learner's own: they have to be written before the next step.
   */
  state(): Promise<NamedArrays>;
  /** Goes on from what `state` of any learner gave. To be called when the host's parameters have been restored. */
  restore(state: NamedArrays): Promise<void>;
  /** As of `TrainingEngine`. */
  fallback?(): string | undefined;
  /** As of `TrainingEngine`. */
  fallBack?(reason: string): Promise<void>;
  close(): Promise<void>;
}
