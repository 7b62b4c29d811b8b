import { broadcastShapes, repeatedAxes } from '../shapes.ts';
import type { GraphTrace, Value } from '../tracer.ts';
import { reshapeLike, sumOver } from './reduce.ts';

export function add(trace: GraphTrace, a: Value, b: Value): Value {
  const output = trace.emit('Add', [a, b], broadcastShapes(a.shape, b.shape));
  return trace.record([a, b], output, (g) => [unbroadcast(trace, g, a), unbroadcast(trace, g, b)]);
}

export function sub(trace: GraphTrace, a: Value, b: Value): Value {
  const output = trace.emit('Sub', [a, b], broadcastShapes(a.shape, b.shape));
  return trace.record([a, b], output, (g, [, wantB]) => [
    unbroadcast(trace, g, a),
    wantB ? unbroadcast(trace, trace.emit('Neg', [g], g.shape), b) : undefined,
  ]);
}

export function mul(trace: GraphTrace, a: Value, b: Value): Value {
  const output = trace.emit('Mul', [a, b], broadcastShapes(a.shape, b.shape));
  const times = (g: Value, other: Value) => trace.emit('Mul', [g, other], output.shape);
  return trace.record([a, b], output, (g, [wantA, wantB]) => [
    wantA ? unbroadcast(trace, times(g, b), a) : undefined,
    wantB ? unbroadcast(trace, times(g, a), b) : undefined,
  ]);
}

/** d(factor x + offset)/dx = factor */
export function affine(trace: GraphTrace, x: Value, factor: number, offset = 0): Value {
  const scaled = factor === 1 ? x : trace.emit('Mul', [x, trace.scalar(factor)], x.shape);
  const output = offset === 0 ? scaled : trace.emit('Add', [scaled, trace.scalar(offset)], x.shape);
  if (output === x) return x;
  return trace.record([x], output, (g) => [factor === 1 ? g : trace.emit('Mul', [g, trace.scalar(factor)], x.shape)]);
}

/** d exp(x)/dx = exp(x) */
export function exp(trace: GraphTrace, x: Value): Value {
  const output = trace.emit('Exp', [x], x.shape);
  return trace.record([x], output, (g) => [trace.emit('Mul', [g, output], x.shape)]);
}

/** d log(x)/dx = 1 / x */
export function log(trace: GraphTrace, x: Value): Value {
  return trace.record([x], trace.emit('Log', [x], x.shape), (g) => [trace.emit('Div', [g, x], x.shape)]);
}

/** d tanh(x)/dx = 1 - tanh(x)^2 */
export function tanh(trace: GraphTrace, x: Value): Value {
  const output = trace.emit('Tanh', [x], x.shape);
  return trace.record([x], output, (g) => {
    const slope = trace.emit('Sub', [trace.scalar(1), trace.emit('Mul', [output, output], x.shape)], x.shape);
    return [trace.emit('Mul', [g, slope], x.shape)];
  });
}

/** d relu(x)/dx = 1 where x > 0, else 0: the sign of relu(x). */
export function relu(trace: GraphTrace, x: Value): Value {
  const output = trace.emit('Relu', [x], x.shape);
  return trace.record([x], output, (g) => [trace.emit('Mul', [g, trace.emit('Sign', [output], x.shape)], x.shape)]);
}

/** The gradient of a broadcast result, summed over the axes along which `to` was repeated. */
export function unbroadcast(trace: GraphTrace, gradient: Value, to: Value): Value {
  const axes = repeatedAxes(gradient.shape, to.shape);
  if (axes.length === 0) return gradient;
  const missing = gradient.shape.length - to.shape.length;
  const summed = sumOver(
    trace,
    gradient,
    axes,
    axes.some((axis) => axis >= missing),
  );
  return summed.shape.length === to.shape.length ? summed : reshapeLike(trace, summed, to);
}
