import { tensorOf } from '@retort/onnx';
import type { Ops } from './ops.ts';
import * as activations from './traced/activations.ts';
import { attend } from './traced/attention.ts';
import { type DropoutMasks, dropout } from './traced/dropout.ts';
import * as elementwise from './traced/elementwise.ts';
import { layerNorm, plainLayerNorm } from './traced/layer-norm.ts';
import * as layout from './traced/layout.ts';
import {
  linear,
  matmul,
  multipliedRows,
  plainLinear,
  plainMatmul,
  separateMatMul,
  transposedFirst,
} from './traced/matmul.ts';
import { mean, sum } from './traced/reduce.ts';
import type { GraphTrace, Value } from './tracer.ts';

/** The operations as nodes of a graph with the fastest kernels of onnxruntime, and a gradient for each. */
export function differentiableOps(trace: GraphTrace, masks?: DropoutMasks): Ops<Value> {
  return {
    ...commonOps(trace),
    gelu: (x) => activations.gelu(trace, x),
    matmul: (a, b, options) => matmul(trace, a, b, options),
    linear: (x, weight, bias) => linear(trace, x, weight, bias),
    layerNorm: (x, gamma, beta, epsilon) => layerNorm(trace, x, gamma, beta, epsilon),
    attend: (scores, values, rate) => attend(trace, scores, values, masksFor(rate, masks)),
    dropout: (x, rate) => {
      const used = masksFor(rate, masks);
      return used === undefined ? x : dropout(trace, x, used);
    },
  };
}

/** The same for the WebGPU provider of onnxruntime, which lacks some of those kernels: nothing has to leave the GPU. */
export function webgpuOps(trace: GraphTrace, masks?: DropoutMasks): Ops<Value> {
  return {
    ...differentiableOps(trace, masks),
    matmul: (a, b, options) => matmul(trace, a, b, options, separateMatMul),
    linear: (x, weight, bias) => linear(trace, x, weight, bias, { forward: transposedFirst }),
    attend: (scores, values, rate) => attend(trace, scores, values, masksFor(rate, masks), separateMatMul),
    logSoftmax: (x) => activations.logSoftmax(trace, x, activations.separateLogSoftmax),
  };
}

/** The same for OpenVINO: less of the backward pass is left in fp32 where it computes in bf16. */
export function openvinoOps(trace: GraphTrace, masks?: DropoutMasks): Ops<Value> {
  return {
    ...differentiableOps(trace, masks),
    gelu: (x) => activations.gelu(trace, x, activations.byMultiplyAdd),
    linear: (x, weight, bias) => linear(trace, x, weight, bias, { sumRows: multipliedRows }),
  };
}

/** The operations as ONNX's own operators alone, without gradients: what an exported model is made of. */
export function exportOps(trace: GraphTrace): Ops<Value> {
  return {
    ...commonOps(trace),
    gelu: (x) => activations.plainGelu(trace, x),
    matmul: (a, b, options) => plainMatmul(trace, a, b, options),
    linear: (x, weight, bias) => plainLinear(trace, x, weight, bias),
    layerNorm: (x, gamma, beta, epsilon) => plainLayerNorm(trace, x, gamma, beta, epsilon),
    attend: (scores, values) => plainMatmul(trace, activations.softmax(trace, scores), values),
    dropout: (x) => x,
  };
}

/** The masks of a place that drops a share `rate`: none where nothing is dropped. */
function masksFor(rate: number, masks: DropoutMasks | undefined): DropoutMasks | undefined {
  if (rate === 0 || masks === undefined) return undefined;
  if (rate !== masks.rate) throw new Error(`the masks are for a dropout of ${masks.rate}, not ${rate}`);
  return masks;
}

function commonOps(trace: GraphTrace) {
  return {
    shape: (x) => x.shape,
    constant: (name, shape, data) => trace.initializer(name, tensorOf('float32', shape, data)),
    add: (a, b) => elementwise.add(trace, a, b),
    sub: (a, b) => elementwise.sub(trace, a, b),
    mul: (a, b) => elementwise.mul(trace, a, b),
    affine: (x, factor, offset) => elementwise.affine(trace, x, factor, offset),
    exp: (x) => elementwise.exp(trace, x),
    log: (x) => elementwise.log(trace, x),
    tanh: (x) => elementwise.tanh(trace, x),
    relu: (x) => elementwise.relu(trace, x),
    softmax: (x) => activations.softmax(trace, x),
    logSoftmax: (x) => activations.logSoftmax(trace, x),
    gather: (table, ids) => layout.gather(trace, table, ids),
    headRows: (table, like, axis) => layout.headRows(trace, table, like, axis),
    slice: (x, axis, start, end) => layout.slice(trace, x, axis, start, end),
    transpose: (x, permutation) => layout.transpose(trace, x, permutation),
    reshapeFrom: (x, axis, rest) => layout.reshapeFrom(trace, x, axis, rest),
    expandDims: (x, axis) => layout.expandDims(trace, x, axis),
    sum: (x, axes, keepDims) => sum(trace, x, axes, keepDims),
    mean: (x) => mean(trace, x),
  } satisfies Partial<Ops<Value>>;
}
