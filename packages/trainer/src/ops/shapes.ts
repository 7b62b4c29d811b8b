import type { Dimension, Shape } from '@retort/onnx';

/** The shape of an element-wise result, by NumPy's rules; named lengths are equal to themselves alone. */
export function broadcastShapes(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const left = a[i - rank + a.length] ?? 1;
    const right = b[i - rank + b.length] ?? 1;
    if (left === right || right === 1) return left;
    if (left === 1) return right;
    throw new Error(
      `shapes [${a}] and [${b}] do not go together: axis ${i} is ${left} on one side and ${right} on the other`,
    );
  });
}

/** Of the axes of a broadcast result, those along which `shape` was repeated: a gradient is summed over them. */
export function repeatedAxes(result: Shape, shape: Shape): number[] {
  const missing = result.length - shape.length;
  return result
    .map((_, axis) => axis)
    .filter((axis) => axis < missing || (shape[axis - missing] === 1 && result[axis] !== 1));
}

/** All lengths as numbers; an error if one of them is a name. */
export function knownLengths(shape: Shape): number[] {
  return shape.map((length: Dimension) => {
    if (typeof length === 'string') throw new Error(`the length "${length}" of [${shape}] is not known before the run`);
    return length;
  });
}
