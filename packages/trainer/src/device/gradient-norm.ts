import { sumOver } from '../ops/traced/reduce.ts';
import type { GraphTrace, Value } from '../ops/tracer.ts';

/** Elements of a pack that are summed together first: a GPU gives each sum to one group of threads, and all of a pack in one sum would leave the others idle. */
export const packRow = 1024;

/** The Euclidean norm of vectors together, whose lengths are multiples of `packRow`. */
export function deviceNorm(trace: GraphTrace, vectors: readonly Value[]): Value {
  const squares = vectors.map((vector) => {
    const rows = Number(vector.shape[0]) / packRow;
    const matrix = trace.emit('Reshape', [vector, trace.integers([rows, packRow])], [rows, packRow]);
    const axes = { kind: 'ints', value: [1] } as const;
    const keepdims = { kind: 'int', value: 0 } as const;
    return sumOver(
      trace,
      trace.emit('ReduceSumSquare', [matrix], [rows], { attributes: { axes, keepdims } }),
      [0],
      false,
    );
  });
  return trace.emit('Sqrt', [squares.reduce((a, b) => trace.emit('Add', [a, b], []))], []);
}

/** What gradients of this norm are multiplied by: those of a larger one than `clipNorm` are scaled down to it (Pascanu, Mikolov and Bengio 2013). */
export function clipping(trace: GraphTrace, norm: Value, clipNorm: number): Value {
  const ratio = trace.emit('Div', [trace.scalar(clipNorm), trace.emit('Add', [norm, trace.scalar(1e-6)], [])], []);
  return trace.emit('Clip', [ratio, trace.scalar(0), trace.scalar(1)], []);
}
