/** How many inputs of equal length may share a run. */
export interface Company {
  /** Longest input that gains by it, in tokens. */
  readonly longest: number;
  /** Most tokens of a run. */
  readonly tokens: number;
}

/** What the queue needs to know of a model. */
export interface QueuedModel {
  /** By which the pool knows it. */
  readonly key: string;
  readonly inputNames: readonly string[];
  readonly labelCount: number;
  /** Undefined: an input runs alone, for its answer would depend on the others. */
  readonly company?: Company;
}

/** What came of one input. */
export interface Run {
  /** [labels] */
  readonly logits: Float32Array;
  readonly ms: number;
  /** How many shared it. */
  readonly size: number;
}
