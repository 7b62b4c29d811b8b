import type { Tensor } from '@tensorflow/tfjs';
import type { Ops } from '../../ops/ops.ts';
import { knownLengths } from '../../ops/shapes.ts';
import type { TensorFlow } from './load.ts';

/** The dropout masks of one step. */
export interface EagerMasks {
  readonly rate: number;
  /** The mask of the next place of the model, 0 or 1 / (1 - rate) each, in the shape of what it is applied to. */
  readonly next: (shape: number[]) => Tensor;
}

/**
 * The operations computed at once by TensorFlow.js, whose own autodiff knows their gradients: no rule of ours is used, so
 * that each engine checks the other. Every tensor is its caller's to dispose of (see `scoped`).
 */
export function eagerOps(tf: TensorFlow, masks?: EagerMasks): Ops<Tensor> {
  const dropped = (x: Tensor, rate: number): Tensor => {
    if (rate === 0 || masks === undefined) return x;
    if (rate !== masks.rate) throw new Error(`the masks are for a dropout of ${masks.rate}, not ${rate}`);
    return tf.mul(x, masks.next(x.shape));
  };
  return {
    shape: (x) => x.shape,
    constant: (_, shape, data) => tf.tensor(data, [...shape]),
    add: (a, b) => tf.add(a, b),
    sub: (a, b) => tf.sub(a, b),
    mul: (a, b) => tf.mul(a, b),
    affine: (x, factor, offset = 0) => {
      const scaled = factor === 1 ? x : tf.mul(x, factor);
      return offset === 0 ? scaled : tf.add(scaled, offset);
    },
    exp: (x) => tf.exp(x),
    log: (x) => tf.log(x),
    tanh: (x) => tf.tanh(x),
    relu: (x) => tf.relu(x),
    // Phi(x) = (1 + erf(x / sqrt(2))) / 2
    gelu: (x) => tf.mul(x, tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5)),

    // The scale goes to the first factor: attention's queries are smaller than its scores.
    matmul: (a, b, { transposeB = false, scale = 1 } = {}) =>
      tf.matMul(scale === 1 ? a : tf.mul(a, scale), b, false, transposeB),
    linear: (x, weight, bias) => {
      const [outputs, inputs] = knownLengths(weight.shape);
      const rows = tf.reshape(x, [-1, inputs]);
      const product = tf.add(tf.matMul(rows, weight, false, true), bias);
      return tf.reshape(product, [...x.shape.slice(0, -1), outputs]);
    },

    softmax: (x) => tf.softmax(x),
    logSoftmax: (x) => tf.logSoftmax(x),
    layerNorm: (x, gamma, beta, epsilon) => {
      const centred = tf.sub(x, tf.mean(x, -1, true));
      const variance = tf.mean(tf.square(centred), -1, true);
      return tf.add(tf.mul(tf.mul(centred, tf.rsqrt(tf.add(variance, epsilon))), gamma), beta);
    },
    attend: (scores, values, rate) => tf.matMul(dropped(tf.softmax(scores), rate), values),
    dropout: dropped,

    gather: (table, ids) => tf.gather(table, tf.cast(ids, 'int32')),
    headRows: (table, like, axis) => along(tf, table, 0, 0, like.shape[axis]),
    slice: (x, axis, start, end) => along(tf, x, axis, start, end),
    transpose: (x, permutation) => tf.transpose(x, [...permutation]),
    reshapeFrom: (x, axis, rest) => tf.reshape(x, [...x.shape.slice(0, axis), ...rest]),
    expandDims: (x, axis) => tf.expandDims(x, axis),
    sum: (x, axes, keepDims) => tf.sum(x, [...axes], keepDims),
    mean: (x) => tf.mean(x),
  };
}

/** Elements `start` up to `end` of one axis. */
function along(tf: TensorFlow, x: Tensor, axis: number, start: number, end: number): Tensor {
  const begin = x.shape.map((_, i) => (i === axis ? start : 0));
  return tf.slice(
    x,
    begin,
    x.shape.map((length, i) => (i === axis ? end - start : length)),
  );
}
