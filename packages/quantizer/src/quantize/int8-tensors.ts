import { floatsOf, type TensorValue, tensorOf } from '@retort/onnx';
import { UserError } from '@retort/shared';
import { int8Limit, quantizeColumns, quantizeRows } from './symmetric.ts';

/** A matrix as two constants of a graph. */
export interface Int8Parts {
  /** int8, of the matrix's shape. */
  readonly values: TensorValue;
  /** float32; the values times these are the matrix. */
  readonly scales: TensorValue;
}

/** A weight [in, out] with scales [out], values up to `limit`. `name` is what errors call it. */
export function columnScaled(matrix: TensorValue, name: string, limit = int8Limit): Int8Parts {
  const [rows, columns] = matrix.shape;
  const { values, scales } = quantizeColumns(finiteFloats(matrix, name), rows, columns, limit);
  return { values: tensorOf('int8', matrix.shape, values), scales: tensorOf('float32', [columns], scales) };
}

/** A table [rows, columns] with scales [rows, 1]. `name` is what errors call it. */
export function rowScaled(matrix: TensorValue, name: string): Int8Parts {
  const [rows, columns] = matrix.shape;
  const { values, scales } = quantizeRows(finiteFloats(matrix, name), rows, columns);
  return { values: tensorOf('int8', matrix.shape, values), scales: tensorOf('float32', [rows, 1], scales) };
}

/** A matrix, refused if a weight is not finite. `name` is what the error calls it. */
export function finiteFloats(matrix: TensorValue, name: string): Float32Array {
  const weights = floatsOf(matrix);
  for (let i = 0; i < weights.length; i++) {
    if (!Number.isFinite(weights[i])) {
      throw new UserError(`element ${i} of the weight "${name}" is ${weights[i]}`, {
        remedy: 'train the model again with a lower learning rate: its weights have diverged',
      });
    }
  }
  return weights;
}
