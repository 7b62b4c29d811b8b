import type { Shape } from '@retort/onnx';
import type { GraphTrace, Value } from '../tracer.ts';

/**
 * Dropout (Srivastava et al. 2014) with masks that each run is given: 0 or 1 / (1 - rate). The host cuts them out of a pool
 * of random values that it draws from the seed: the same masks in every run and on every device, at the price of a view.
 */
export interface DropoutMasks {
  readonly rate: number;
  /** An input of the graph for the mask of the next place of the model. */
  next(shape: Shape): Value;
}

/** Multiplies by the mask of this place; the gradient is multiplied by the same mask. */
export function dropout(trace: GraphTrace, x: Value, masks: DropoutMasks): Value {
  const mask = masks.next(x.shape);
  const times = (y: Value) => trace.emit('Mul', [y, mask], x.shape);
  return trace.record([x], times(x), (g) => [times(g)]);
}
