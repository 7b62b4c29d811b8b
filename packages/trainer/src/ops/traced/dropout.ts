import type { GraphTrace, Value } from '../tracer.ts';

/**
 * Dropout (Srivastava et al. 2014) with masks that each run is given: 0 or 1 / (1 - rate). They are cut out of a pool
 * of random values that the host draws from the seed: the same masks in every run and on every device, at the price of a view.
 */
export interface DropoutMasks {
  readonly rate: number;
  /** The mask of the next place of the model, which drops elements of `x`. */
  next(x: Value): Value;
}

/** Multiplies by the mask of this place; the gradient is multiplied by the same mask. */
export function dropout(trace: GraphTrace, x: Value, masks: DropoutMasks): Value {
  const mask = masks.next(x);
  const times = (y: Value) => trace.emit('Mul', [y, mask], x.shape);
  return trace.record([x], times(x), (g) => [times(g)]);
}
