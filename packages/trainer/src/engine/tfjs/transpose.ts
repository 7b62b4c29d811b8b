import type { KernelConfig, TensorInfo, TypedArray } from '@tensorflow/tfjs';
import type { TensorFlow } from './load.ts';

/** What the kernel needs of the backend in plain JavaScript. `tf.transpose` gives it neither strings nor complex numbers. */
interface ValuesBackend {
  readonly data: { get(dataId: object): { readonly values: TypedArray } };
  write(values: TypedArray, shape: number[], dtype: string): object;
}

const registered = new WeakSet<TensorFlow>();

/**
 * Gives the backend in plain JavaScript a transposition that walks the tensor by strides. Its own computes the indices of every element anew, in arrays of their
 * own: about two fifths of the time of a training step of small models.
 */
export function registerTranspose(tf: TensorFlow): void {
  if (registered.has(tf)) return;
  registered.add(tf);
  const name = { kernelName: 'Transpose', backendName: 'cpu' };
  tf.unregisterKernel(name.kernelName, name.backendName);
  tf.registerKernel({
    ...name,
    kernelFunc(call) {
      const { x } = call.inputs as { readonly x: TensorInfo };
      const { values } = (call.backend as ValuesBackend).data.get(x.dataId);
      const { perm } = call.attrs as { readonly perm: readonly number[] };
      const shape = perm.map((axis) => x.shape[axis]);
      const dataId = (call.backend as ValuesBackend).write(transposed(values, x.shape, perm), shape, x.dtype);
      return { dataId, shape, dtype: x.dtype };
    },
  } as KernelConfig);
}

/** `values` of a tensor of this shape, its axes in the order of `perm`. */
export function transposed<T extends TypedArray>(values: T, shape: readonly number[], perm: readonly number[]): T {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const result = new (values.constructor as new (length: number) => T)(values.length);
  let written = 0;
  /** Writes what lies below one place of the axes before `axis` of the result; `from`: where in `values` that begins. */
  const walk = (axis: number, from: number): void => {
    if (axis === perm.length) {
      result[written++] = values[from];
      return;
    }
    const stride = strides[perm[axis]];
    const end = from + shape[perm[axis]] * stride;
    if (axis === perm.length - 1) for (let i = from; i < end; i += stride) result[written++] = values[i];
    else for (let i = from; i < end; i += stride) walk(axis + 1, i);
  };
  walk(0, 0);
  return result;
}
