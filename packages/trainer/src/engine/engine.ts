import type { Batch } from '../data/batches.ts';
import type { LossTerms } from '../losses/losses.ts';
import type { ModelConfig } from '../model/config.ts';
import type { Parameters } from '../model/parameters.ts';

/** What an engine is made for. */
export interface EngineOptions {
  readonly config: ModelConfig;
  /** Read in every run, never changed. */
  readonly parameters: Parameters;
  readonly losses: LossTerms;
  readonly dropout: number;
  /** Names of the parameters that are not trained: nothing is computed for their sake. */
  readonly frozen?: ReadonlySet<string>;
  readonly seed: number;
  /** Texts of a batch, at most; its tokens are at most `mostTokens` (data/batches.ts). */
  readonly batchSize: number;
  /** Tokens of the longest text. */
  readonly maxTokens: number;
  readonly threads?: number;
}

/** The gradients of one step. The arrays are used again by the next one. */
export interface Gradients {
  readonly loss: number;
  /** Euclidean norm of the gradients of all trained parameters together, before clipping. */
  readonly norm: number;
  /** Parameter name -> gradient, for all trained parameters but the word table. */
  readonly dense: ReadonlyMap<string, Float32Array>;
  /** Rows of the word table that the batch has, and their gradient [rows, hidden]; none where the table is frozen. */
  readonly rows: readonly number[];
  readonly wordRows: Float32Array;
}

/** What the teacher gives for a batch: elements in row-major order. The array may be used again for the next batch. */
export interface TeacherTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** What a batch is trained towards. */
export interface Targets {
  /** [batch, labels]: one-hot, or any distribution times a weight (training/label-rows.ts). */
  readonly labels: Float32Array;
  /** Name of the graph's input (`names.teacher`) -> tensor, for every one that the terms of the loss compare with. */
  readonly teacher: ReadonlyMap<string, TeacherTensor>;
}

/** A model in training: it reads the parameters that it was made with, which the optimizer changes in place. */
export interface TrainingEngine {
  /** Prepares for an epoch: dropout masks follow from the seed and this number. */
  startEpoch(epoch: number): void;
  gradients(batch: Batch, targets: Targets, step: number): Promise<Gradients>;
  /** Names the compiled graph that computes the gradients of such a batch. Undefined where there is but one. */
  graphFor?(batch: Batch): string;
  /** [batch, labels], without dropout. */
  logits(batch: Batch): Promise<Float32Array>;
  /** Why another engine has taken its place, if one has. */
  fallback?(): string | undefined;
  /** Lets the other engine take its place at once: it had when the training was interrupted, for this reason. */
  fallBack?(reason: string): Promise<void>;
  close(): Promise<void>;
}

/** A model of parameters that do not change: the teacher. */
export interface Evaluator extends Pick<TrainingEngine, 'logits' | 'close'> {
  /** Every output that it was made for, by name (`outputName`), padded as the batch is. */
  outputs(batch: Batch): Promise<ReadonlyMap<string, Float32Array>>;
}
