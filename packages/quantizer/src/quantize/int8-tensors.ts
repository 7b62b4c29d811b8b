import { floatsOf, fromFloat16, type TensorValue, tensorOf, toFloat16 } from '@retort/onnx';
import { UserError } from '@retort/shared';
import { int8Limit, quantizeColumns, quantizeRows, rowScales } from './symmetric.ts';

/** Half precision's smallest normal number, below which a scale would lose its digits, and its largest one. */
export const [smallestHalf, largestHalf] = [2 ** -14, 65_504];

/** A matrix as two constants of a graph. */
export interface Int8Parts {
  /** int8, of the matrix's shape. */
  readonly values: TensorValue;
  /** float32 or float16; the values times these are the matrix. */
  readonly scales: TensorValue;
}

/** A weight [in, out] with scales [out], values up to `limit`. `name` is what errors call it. */
export function columnScaled(matrix: TensorValue, name: string, limit = int8Limit): Int8Parts {
  const [rows, columns] = matrix.shape;
  const { values, scales } = quantizeColumns(finiteFloats(matrix, name), rows, columns, limit);
  return { values: tensorOf('int8', matrix.shape, values), scales: tensorOf('float32', [columns], scales) };
}

/**
 * A table [rows, columns] with scales [rows, 1], in half precision where it holds them all well: rounded up, so that no weight is clipped, by at
 * most a thousandth. `name` is what errors call the table.
 */
export function rowScaled(matrix: TensorValue, name: string): Int8Parts {
  const [rows, columns] = matrix.shape;
  const weights = finiteFloats(matrix, name);
  const exact = rowScales(weights, rows, columns);
  const halves = exact.every((scale) => scale >= smallestHalf && scale <= largestHalf) ? halvesAbove(exact) : undefined;
  const { values, scales } = quantizeRows(weights, rows, columns, halves && fromFloat16(halves));
  return {
    values: tensorOf('int8', matrix.shape, values),
    scales: halves === undefined ? tensorOf('float32', [rows, 1], scales) : tensorOf('float16', [rows, 1], halves),
  };
}

/** The least half-precision numbers, as bits, that are not below the given ones. The bits of positive ones are in their order. */
function halvesAbove(scales: Float32Array): Uint16Array {
  const nearest = toFloat16(scales);
  const singles = fromFloat16(nearest);
  return nearest.map((half, i) => (singles[i] < scales[i] ? half + 1 : half));
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
