import { int, ints } from '@retort/onnx';
import type { GraphTrace, Value } from '../tracer.ts';

/** Sum over axes, without a gradient of its own. */
export function sumOver(trace: GraphTrace, x: Value, axes: readonly number[], keepDims: boolean): Value {
  const shape = x.shape
    .map((length, axis) => (axes.includes(axis) ? 1 : length))
    .filter((_, axis) => keepDims || !axes.includes(axis));
  return trace.emit('ReduceSum', [x, trace.integers(axes)], shape, { attributes: { keepdims: int(keepDims ? 1 : 0) } });
}

/** The lengths of `x` as each run finds them: int64 [rank]. */
export function shapeOf(trace: GraphTrace, x: Value): Value {
  if (x.shape.every((length) => typeof length === 'number')) return trace.integers(x.shape as number[]);
  return trace.once(`shape:${x.shape}`, () => trace.emit('Shape', [x], [x.shape.length], { type: 'int64' }));
}

/** The length of one axis as each run finds it: int64 [1]. */
export function lengthOf(trace: GraphTrace, x: Value, axis: number): Value {
  const length = x.shape[axis];
  if (typeof length === 'number') return trace.integers([length]);
  return trace.once(`length:${length}`, () =>
    trace.emit('Shape', [x], [1], { type: 'int64', attributes: { start: int(axis), end: int(axis + 1) } }),
  );
}

export function reshapeLike(trace: GraphTrace, x: Value, like: Value): Value {
  return trace.emit('Reshape', [x, shapeOf(trace, like)], like.shape);
}

export function sum(trace: GraphTrace, x: Value, axes: readonly number[], keepDims = false): Value {
  const output = sumOver(trace, x, axes, keepDims);
  return trace.record([x], output, (g) => {
    const kept = keepDims
      ? g
      : trace.emit(
          'Unsqueeze',
          [g, trace.integers(axes)],
          x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length)),
        );
    return [trace.emit('Expand', [kept, shapeOf(trace, x)], x.shape)];
  });
}

/** d mean(x)/dx = 1 / n */
export function mean(trace: GraphTrace, x: Value): Value {
  const axes = x.shape.map((_, axis) => axis);
  const output = trace.emit('ReduceMean', [x], [], { attributes: { axes: ints(axes), keepdims: int(0) } });
  return trace.record([x], output, (g) => {
    const count = trace.emit('Cast', [trace.emit('Size', [x], [], { type: 'int64' })], [], {
      type: 'float32',
      attributes: { to: int(1) },
    });
    return [trace.emit('Expand', [trace.emit('Div', [g, count], []), shapeOf(trace, x)], x.shape)];
  });
}
