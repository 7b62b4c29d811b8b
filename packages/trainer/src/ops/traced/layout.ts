import { type ElementType, elementCode, int, ints } from '@retort/onnx';
import { knownLengths } from '../shapes.ts';
import type { GraphTrace, Value } from '../tracer.ts';
import { lengthOf, reshapeLike } from './reduce.ts';

/**
 * Rows of a table by id. The gradient adds up the rows of equal ids, as the product of a one-hot matrix [rows, ids] with the
 * gradient [ids, width]: onnxruntime's ScatterND with `add` loses additions when it runs on several threads.
 */
export function gather(trace: GraphTrace, table: Value, ids: Value): Value {
  const [rows, width] = table.shape;
  const output = trace.emit('Gather', [table, ids], [...ids.shape, width], { attributes: { axis: int(0) } });
  return trace.record([table, ids], output, (g, [wantTable]) => {
    if (!wantTable) return [];
    const count = `ids(${ids.shape})`;
    const rowOfId = trace.emit('Reshape', [ids, trace.integers([1, -1])], [1, count]);
    const isRow = trace.emit('Equal', [rowNumbers(trace, table, ids.type), rowOfId], [rows, count], { type: 'bool' });
    const oneHot = trace.emit('Cast', [isRow], [rows, count], {
      type: 'float32',
      attributes: { to: int(elementCode('float32')) },
    });
    const flat = trace.emit('Reshape', [g, trace.integers([-1, ...knownLengths([width])])], [count, width]);
    return [trace.emit('MatMul', [oneHot, flat], table.shape)];
  });
}

/** 0, 1, 2, .. for the rows of a table: [rows, 1]. */
function rowNumbers(trace: GraphTrace, table: Value, type: ElementType): Value {
  const rows = table.shape[0];
  const limit = trace.emit('Squeeze', [lengthOf(trace, table, 0)], []);
  const numbers = trace.emit('Range', [trace.integer(0), limit, trace.integer(1)], [rows]);
  const column = trace.emit('Reshape', [numbers, trace.integers([-1, 1])], [rows, 1]);
  return type === 'int64'
    ? column
    : trace.emit('Cast', [column], [rows, 1], { type, attributes: { to: int(elementCode(type)) } });
}

/** The first rows of a table, as many as an axis of `like` is long. */
export function headRows(trace: GraphTrace, table: Value, like: Value, axis: number): Value {
  const length = lengthOf(trace, like, axis);
  const output = trace.emit(
    'Slice',
    [table, trace.integers([0]), length, trace.integers([0])],
    [like.shape[axis], ...table.shape.slice(1)],
  );
  return trace.record([table], output, (g) => {
    const rows = lengthOf(trace, table, 0);
    const missing = trace.emit('Sub', [rows, length], [1]);
    return [padZeros(trace, g, table, 0, trace.integers([0]), missing)];
  });
}

/** Elements `start` up to `end` of one axis. The gradient is 0 elsewhere. */
export function slice(trace: GraphTrace, x: Value, axis: number, start: number, end: number): Value {
  const shape = x.shape.map((length, i) => (i === axis ? end - start : length));
  const output = trace.emit(
    'Slice',
    [x, trace.integers([start]), trace.integers([end]), trace.integers([axis])],
    shape,
  );
  return trace.record([x], output, (g) => {
    const after = trace.emit('Sub', [lengthOf(trace, x, axis), trace.integers([end])], [1]);
    return [padZeros(trace, g, x, axis, trace.integers([start]), after)];
  });
}

/** Zeros before and after along one axis, up to the shape of `like`. `before` and `after` are int64 [1]. */
function padZeros(trace: GraphTrace, x: Value, like: Value, axis: number, before: Value, after: Value): Value {
  const zeros = (count: number) => (count === 0 ? [] : [trace.integers(Array<number>(count).fill(0))]);
  const rank = like.shape.length;
  const parts = [...zeros(axis), before, ...zeros(rank - 1), after, ...zeros(rank - 1 - axis)];
  const pads = trace.emit('Concat', parts, [2 * rank], { type: 'int64', attributes: { axis: int(0) } });
  return trace.emit('Pad', [x, pads], like.shape);
}

export function transpose(trace: GraphTrace, x: Value, permutation: readonly number[]): Value {
  const emit = (y: Value, perm: readonly number[]) =>
    trace.emit(
      'Transpose',
      [y],
      perm.map((axis) => y.shape[axis]),
      { attributes: { perm: ints(perm) } },
    );
  const inverse = permutation.map((_, axis) => permutation.indexOf(axis));
  return trace.record([x], emit(x, permutation), (g) => [emit(g, inverse)]);
}

/** The axes from `axis` on, given anew. In ONNX a 0 keeps the length of the axis in its place. */
export function reshapeFrom(trace: GraphTrace, x: Value, axis: number, rest: readonly number[]): Value {
  const kept = Array<number>(axis).fill(0);
  const before = knownLengths(x.shape.slice(axis));
  if (product(before) !== product(rest)) throw new Error(`axes [${before}] cannot become [${rest}]`);
  const output = trace.emit('Reshape', [x, trace.integers([...kept, ...rest])], [...x.shape.slice(0, axis), ...rest]);
  return trace.record([x], output, (g) => [trace.emit('Reshape', [g, trace.integers([...kept, ...before])], x.shape)]);
}

export function expandDims(trace: GraphTrace, x: Value, axis: number): Value {
  const shape = [...x.shape.slice(0, axis), 1, ...x.shape.slice(axis)];
  const output = trace.emit('Unsqueeze', [x, trace.integers([axis])], shape);
  return trace.record([x], output, (g) => [reshapeLike(trace, g, x)]);
}

function product(lengths: readonly number[]): number {
  return lengths.reduce((a, b) => a * b, 1);
}
