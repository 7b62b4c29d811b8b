import { float, int, ints } from '@retort/onnx';
import type { GraphTrace, Value } from '../tracer.ts';
import { sumOver } from './reduce.ts';

const microsoft = 'com.microsoft';

/** (1 + y) / 2 for y in [-1, 1]. */
export type Halfway = (trace: GraphTrace, y: Value) => Value;

/** The result lies in [0, 1], so HardSigmoid gives it in one pass instead of two. */
export const byHardSigmoid: Halfway = (trace, y) =>
  trace.emit('HardSigmoid', [y], y.shape, { attributes: { alpha: float(0.5), beta: float(0.5) } });

/** For runtimes that make one pass of both themselves, and have no fast HardSigmoid. */
export const byMultiplyAdd: Halfway = (trace, y) =>
  trace.emit('Add', [trace.emit('Mul', [y, trace.scalar(0.5)], y.shape), trace.scalar(0.5)], y.shape);

/**
 * d gelu(x)/dx = Phi(x) + x phi(x), from u = x / sqrt(2): Phi = (1 + erf u) / 2 and x phi(x) = u exp(-u^2) / sqrt(pi).
 * 1 / sqrt(pi) goes into the exponent.
 */
export function gelu(trace: GraphTrace, x: Value, halfway = byHardSigmoid): Value {
  const { shape } = x;
  const output = trace.emit('Gelu', [x], shape, { domain: microsoft });
  return trace.record([x], output, (g) => {
    const u = trace.emit('Mul', [x, trace.scalar(Math.SQRT1_2)], shape);
    const phi = halfway(trace, trace.emit('Erf', [u], shape));
    const exponent = trace.emit('Sub', [trace.scalar(-Math.log(Math.PI) / 2), trace.emit('Mul', [u, u], shape)], shape);
    const density = trace.emit('Mul', [u, trace.emit('Exp', [exponent], shape)], shape);
    return [trace.emit('Mul', [g, trace.emit('Add', [phi, density], shape)], shape)];
  });
}

/** The same from ONNX's own operators, in the pattern that every runtime knows to fuse. */
export function plainGelu(trace: GraphTrace, x: Value): Value {
  const { shape } = x;
  const erf = trace.emit('Erf', [trace.emit('Div', [x, trace.scalar(Math.SQRT2)], shape)], shape);
  const product = trace.emit('Mul', [x, trace.emit('Add', [erf, trace.scalar(1)], shape)], shape);
  return trace.emit('Mul', [product, trace.scalar(0.5)], shape);
}

/** For y = softmax(x): dx = y (g - sum(g y)) */
export function softmax(trace: GraphTrace, x: Value): Value {
  const y = trace.emit('Softmax', [x], x.shape, { attributes: { axis: int(-1) } });
  return trace.record([x], y, (g) => {
    const along = sumOver(trace, trace.emit('Mul', [g, y], x.shape), [x.shape.length - 1], true);
    return [trace.emit('Mul', [y, trace.emit('Sub', [g, along], x.shape)], x.shape)];
  });
}

/** For y = log softmax(x): dx = g - exp(y) sum(g) */
export function logSoftmax(trace: GraphTrace, x: Value, forward = logSoftmaxOperator): Value {
  const y = forward(trace, x);
  return trace.record([x], y, (g) => {
    const total = sumOver(trace, g, [x.shape.length - 1], true);
    return [trace.emit('Sub', [g, trace.emit('Mul', [trace.emit('Exp', [y], x.shape), total], x.shape)], x.shape)];
  });
}

function logSoftmaxOperator(trace: GraphTrace, x: Value): Value {
  return trace.emit('LogSoftmax', [x], x.shape, { attributes: { axis: int(-1) } });
}

/** x - max - log sum exp(x - max), from operators that WebGPU has. */
export function separateLogSoftmax(trace: GraphTrace, x: Value): Value {
  const axis = x.shape.length - 1;
  const column = [...x.shape.slice(0, -1), 1];
  const most = trace.emit('ReduceMax', [x], column, { attributes: { axes: ints([axis]), keepdims: int(1) } });
  const shifted = trace.emit('Sub', [x, most], x.shape);
  const total = sumOver(trace, trace.emit('Exp', [shifted], x.shape), [axis], true);
  return trace.emit('Sub', [shifted, trace.emit('Log', [total], column)], x.shape);
}
