import { elementBits } from '../elements.ts';
import type { TensorValue } from '../model.ts';
import { aligned } from '../tensor.ts';

type Words = Uint8Array | Uint16Array | Uint32Array;

/**
 * A constant with its axes in another order: axis i of the result is axis `permutation[i]` of `tensor` (default: reversed).
 * Undefined for 4-bit elements, which lie two to a byte.
 */
export function transposeTensor(tensor: TensorValue, permutation?: readonly number[]): TensorValue | undefined {
  const bits = elementBits(tensor.type);
  if (bits < 8) return undefined;
  const order = permutation ?? tensor.shape.map((_, axis) => tensor.shape.length - 1 - axis);
  const shape = order.map((axis) => tensor.shape[axis]);
  const target = new Uint8Array(tensor.data.byteLength);
  // A 64-bit element is a row of two 32-bit words.
  const words = bits === 64 ? 2 : 1;
  const size = bits / 8 / words;
  const from = words === 1 ? tensor.shape : [...tensor.shape, words];
  permute(wordsOf(tensor.data, size), wordsOf(target, size), from, words === 1 ? order : [...order, order.length]);
  return { type: tensor.type, shape, data: target };
}

function wordsOf(data: Uint8Array, size: number): Words {
  const bytes = aligned(data, size);
  if (size === 1) return bytes;
  const length = bytes.byteLength / size;
  return size === 2
    ? new Uint16Array(bytes.buffer, bytes.byteOffset, length)
    : new Uint32Array(bytes.buffer, bytes.byteOffset, length);
}

/** Fills `target` in row-major order, walking `source` by its strides in the new order of axes. */
function permute(source: Words, target: Words, shape: readonly number[], order: readonly number[]): void {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const lengths = order.map((axis) => shape[axis]);
  const steps = order.map((axis) => strides[axis]);
  const last = order.length - 1;
  const inner = last < 0 ? 1 : lengths[last];
  const step = last < 0 ? 1 : steps[last];
  const index = lengths.map(() => 0);
  let from = 0;
  for (let to = 0; to < target.length; ) {
    for (let i = 0, at = from; i < inner; i++, at += step) target[to++] = source[at];
    for (let axis = last - 1; axis >= 0; axis--) {
      from += steps[axis];
      if (++index[axis] < lengths[axis]) break;
      from -= steps[axis] * lengths[axis];
      index[axis] = 0;
    }
  }
}
