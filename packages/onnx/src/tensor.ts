import { UserError } from '@retort/shared';
import { byteLength, elementCount } from './elements.ts';
import type { ElementType, TensorValue } from './model.ts';

/** Arrays that a tensor can be made of. Little-endian machines only, as all that Node runs on today. */
export type Elements =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/**
 * A constant of `type` and `shape` over the memory of `elements`, not a copy: later changes of the array change the tensor.
 * float16, bfloat16 and 4-bit types take their bits, as Uint16Array or Uint8Array.
 * A plain list of numbers is converted first (for float32, float64, int32, int64, int8, uint8 and bool).
 * Throws a UserError if the bytes do not fit the shape.
 */
export function tensorOf(
  type: ElementType,
  shape: readonly number[],
  elements: Elements | readonly number[],
): TensorValue {
  const array = ArrayBuffer.isView(elements) ? elements : fromNumbers(type, elements);
  if (array.byteLength !== byteLength(type, shape)) {
    throw new UserError(
      `a ${type} tensor of shape [${shape.join(', ')}] needs ${byteLength(type, shape)} bytes, not ${array.byteLength}`,
      {
        remedy: `give ${elementCount(shape)} elements of ${type}`,
      },
    );
  }
  return { type, shape: [...shape], data: new Uint8Array(array.buffer, array.byteOffset, array.byteLength) };
}

/** A float32 tensor's elements. A view where the memory is aligned, else a copy: only read it. */
export function floatsOf(tensor: TensorValue): Float32Array {
  const bytes = aligned(expectType(tensor, 'float32'), 4);
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

/** An int64 tensor's elements. A view where the memory is aligned, else a copy: only read it. */
export function int64sOf(tensor: TensorValue): BigInt64Array {
  const bytes = aligned(expectType(tensor, 'int64'), 8);
  return new BigInt64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8);
}

/** An int8 tensor's elements, as a view. */
export function int8sOf(tensor: TensorValue): Int8Array {
  const { buffer, byteOffset, byteLength: length } = expectType(tensor, 'int8');
  return new Int8Array(buffer, byteOffset, length);
}

/** A uint8 or bool tensor's elements, as a view. */
export function uint8sOf(tensor: TensorValue): Uint8Array {
  return tensor.type === 'bool' ? tensor.data : expectType(tensor, 'uint8');
}

/**
 * The elements as plain numbers, for shapes, axes and scales; undefined for types without a plain reading (16-bit floats,
 * 4-bit integers, strings). int64 beyond 2^53 is rounded.
 */
export function numbersOf(tensor: TensorValue): number[] | undefined {
  const view = viewOf(tensor);
  return view === undefined ? undefined : Array.from<number | bigint, number>(view, Number);
}

function viewOf(tensor: TensorValue): Elements | undefined {
  const at = (size: number): [ArrayBufferLike, number, number] => {
    const bytes = aligned(tensor.data, size);
    return [bytes.buffer, bytes.byteOffset, bytes.byteLength / size];
  };
  switch (tensor.type) {
    case 'float32':
      return new Float32Array(...at(4));
    case 'float64':
      return new Float64Array(...at(8));
    case 'int8':
      return new Int8Array(...at(1));
    case 'uint8':
    case 'bool':
      return tensor.data;
    case 'int16':
      return new Int16Array(...at(2));
    case 'uint16':
      return new Uint16Array(...at(2));
    case 'int32':
      return new Int32Array(...at(4));
    case 'uint32':
      return new Uint32Array(...at(4));
    case 'int64':
      return new BigInt64Array(...at(8));
    case 'uint64':
      return new BigUint64Array(...at(8));
    default:
      return undefined;
  }
}

function fromNumbers(type: ElementType, numbers: readonly number[]): Elements {
  switch (type) {
    case 'float32':
      return Float32Array.from(numbers);
    case 'float64':
      return Float64Array.from(numbers);
    case 'int8':
      return Int8Array.from(numbers);
    case 'uint8':
      return Uint8Array.from(numbers);
    case 'bool':
      return Uint8Array.from(numbers, (value) => (value === 0 ? 0 : 1));
    case 'int32':
      return Int32Array.from(numbers);
    case 'int64':
      return BigInt64Array.from(numbers, (value) => BigInt(Math.trunc(value)));
    default:
      throw new UserError(`a ${type} tensor cannot be made of a list of numbers`, {
        remedy: 'give a typed array of its bits',
      });
  }
}

function expectType(tensor: TensorValue, type: ElementType): Uint8Array {
  if (tensor.type !== type) {
    throw new UserError(`the tensor holds ${tensor.type}, not ${type}`, { remedy: `convert it to ${type} first` });
  }
  return tensor.data;
}

/** Typed arrays must start at a multiple of their element's size; data inside a file starts anywhere. */
export function aligned(data: Uint8Array, size: number): Uint8Array {
  return data.byteOffset % size === 0 ? data : Uint8Array.from(data);
}
