import type { Shape } from '@retort/onnx';

/**
 * The operations that models and losses are written in. `T` is a handle for a tensor: a value of a graph that is being
 * traced, or a tensor that is computed at once. Lengths that each run decides (batch, length) are names in shapes.
 */
export interface Ops<T> {
  shape(x: T): Shape;
  /** A constant, in row-major order. The same name means the same constant. */
  constant(name: string, shape: readonly number[], data: Float32Array): T;

  /** a + b, a - b, a * b, with the broadcasting of NumPy. */
  add(a: T, b: T): T;
  sub(a: T, b: T): T;
  mul(a: T, b: T): T;
  /** factor * x + offset, element by element. */
  affine(x: T, factor: number, offset?: number): T;
  exp(x: T): T;
  log(x: T): T;
  tanh(x: T): T;
  relu(x: T): T;
  /** x * Phi(x), Phi being the normal distribution function (Hendrycks and Gimpel 2016, the exact form). */
  gelu(x: T): T;

  /**
   * scale * a b over the last two axes; with `transposeB`, b is given as [.., columns, inner]. Leading axes are equal, or b has none: then there is no gradient for it.
   */
  matmul(a: T, b: T, options?: { transposeB?: boolean; scale?: number }): T;
  /** x W^T + b for x [.., in], W [out, in], b [out]: a linear layer with the weights as checkpoints store them. */
  linear(x: T, weight: T, bias: T): T;

  /** Over the last axis. */
  softmax(x: T): T;
  logSoftmax(x: T): T;
  /**
   * The means of `values` [.., L, D] that `scores` [.., M, L] weigh, by their softmax with dropout: -> [.., M, D], leading axes
   * being equal (Vaswani et al. 2017).
   */
  attend(scores: T, values: T, rate: number): T;
  /** (x - mean) / sqrt(variance + epsilon) * gamma + beta over the last axis (Ba, Kiros and Hinton 2016). */
  layerNorm(x: T, gamma: T, beta: T, epsilon: number): T;
  /** Zeroes a share `rate` of the elements and scales the rest by 1 / (1 - rate), in training alone. */
  dropout(x: T, rate: number): T;

  /** Rows of `table` [rows, width] by `ids` [..] -> [.., width]. */
  gather(table: T, ids: T): T;
  /** The first rows of `table`, as many as axis `axis` of `like` is long. */
  headRows(table: T, like: T, axis: number): T;
  /** Elements `start` up to `end` along one axis. */
  slice(x: T, axis: number, start: number, end: number): T;
  transpose(x: T, permutation: readonly number[]): T;
  /** The axes of `x` from `axis` on, given anew. The axes before it stay. */
  reshapeFrom(x: T, axis: number, rest: readonly number[]): T;
  /** Inserts an axis of length 1. */
  expandDims(x: T, axis: number): T;
  /** Sum over axes. */
  sum(x: T, axes: readonly number[], keepDims?: boolean): T;
  /** Mean over all elements: a scalar. */
  mean(x: T): T;
}
