import { node } from '@retort/onnx';
import type { HostTensor, Session } from '../executor.ts';
import { testModel } from './model.ts';

/** double = x + x, square = x * x, for x [n] */
export const twice = testModel([node('Add', ['x', 'x'], ['double']), node('Mul', ['x', 'x'], ['square'])], {
  outputs: [
    { name: 'double', type: 'float32', shape: ['n'] },
    { name: 'square', type: 'float32', shape: ['n'] },
  ],
  inputs: [{ name: 'x', type: 'float32', shape: ['n'] }],
});
/** y = a b, for a [m, k], b [k, n] */
export const product = testModel([node('MatMul', ['a', 'b'], ['y'])], {
  outputs: [{ name: 'y', type: 'float32', shape: ['m', 'n'] }],
  inputs: [
    { name: 'a', type: 'float32', shape: ['m', 'k'] },
    { name: 'b', type: 'float32', shape: ['k', 'n'] },
  ],
});
/** y: places of what is not 0 in x [n]: int64 [1, count] */
export const places = testModel([node('NonZero', ['x'], ['y'])], {
  outputs: [{ name: 'y', type: 'int64', shape: [1, 'count'] }],
  inputs: [{ name: 'x', type: 'float32', shape: ['n'] }],
});
/** y = factor (rows columns), for rows [m, k], columns [k, n] and a scalar */
export const scaledRows = testModel(
  [node('MatMul', ['rows', 'columns'], ['product']), node('Mul', ['product', 'factor'], ['y'])],
  {
    outputs: [{ name: 'y', type: 'float32', shape: ['m', 'n'] }],
    inputs: [
      { name: 'rows', type: 'float32', shape: ['m', 'k'] },
      { name: 'columns', type: 'float32', shape: ['k', 'n'] },
      { name: 'factor', type: 'float32', shape: [] },
    ],
  },
);
export const unknown = testModel([node('Sinful', ['x'], ['y'])], {
  outputs: [{ name: 'y', type: 'float32', shape: ['n'] }],
  inputs: [{ name: 'x', type: 'float32', shape: ['n'] }],
});

export const vector = (...values: number[]): HostTensor => ({
  type: 'float32',
  shape: [values.length],
  data: Float32Array.from(values),
});
export const matrix = (rows: number, columns: number, data = new Float32Array(rows * columns).fill(1)): HostTensor => ({
  type: 'float32',
  shape: [rows, columns],
  data,
});

/** Uses a session, and closes it whatever happens. */
export async function using<T>(session: Promise<Session>, use: (session: Session) => Promise<T>): Promise<T> {
  const opened = await session;
  try {
    return await use(opened);
  } finally {
    await opened.close();
  }
}
