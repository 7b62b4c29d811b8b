/** A matrix in 8 bits: `values[i] * scale` of its channel is the weight. */
export interface QuantizedMatrix {
  /** [rows, columns], from -limit to limit. */
  readonly values: Int8Array;
  /** One for each channel. */
  readonly scales: Float32Array;
}

/** Below this a scale would lose its digits as a float32, or be 0. */
const smallestScale = 2 ** -120;

/** The largest 8-bit value: -128 stays unused, for the range is symmetric. */
export const int8Limit = 127;
/** The largest value of which two products with a uint8 fit an int16: 2 * 255 * 64 = 32640. */
export const reducedLimit = 64;

/**
 * Symmetric 8-bit weights with a scale a column: for `x.W`, a column is one output channel.
 * scale = max|w| / limit, value = round(w / scale); the error is at most half a scale.
 *
 * @param weights [rows, columns], finite
 */
export function quantizeColumns(
  weights: Float32Array,
  rows: number,
  columns: number,
  limit = int8Limit,
): QuantizedMatrix {
  const largest = new Float32Array(columns);
  for (let i = 0, row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, i++) {
      const size = Math.abs(weights[i]);
      if (size > largest[column]) largest[column] = size;
    }
  }
  const scales = largest.map((size) => toScale(size, limit));
  const inverses = Float64Array.from(scales, (scale) => 1 / scale);
  const values = new Int8Array(rows * columns);
  for (let i = 0, row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, i++) {
      values[i] = clamp(weights[i] * inverses[column], limit);
    }
  }
  return { values, scales };
}

/** Scales [rows] by which the largest weight of each row becomes 127. */
export function rowScales(weights: Float32Array, rows: number, columns: number): Float32Array {
  return Float32Array.from({ length: rows }, (_, row) => {
    let largest = 0;
    for (let i = row * columns; i < (row + 1) * columns; i++) largest = Math.max(largest, Math.abs(weights[i]));
    return toScale(largest, int8Limit);
  });
}

/** The same with a scale a row: for a table whose rows are looked up, a row is one entry. No scale may be smaller than that of `rowScales`. */
export function quantizeRows(
  weights: Float32Array,
  rows: number,
  columns: number,
  scales = rowScales(weights, rows, columns),
): QuantizedMatrix {
  const values = new Int8Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const inverse = 1 / scales[row];
    for (let i = row * columns; i < (row + 1) * columns; i++) values[i] = clamp(weights[i] * inverse, int8Limit);
  }
  return { values, scales };
}

/** A channel of zeros has scale 1: its values are 0, and nothing divides by 0. */
function toScale(largest: number, limit: number): number {
  const scale = largest / limit;
  return scale < smallestScale ? 1 : scale;
}

/** A scale rounded down to float32 may push the largest a hair above the limit. */
function clamp(x: number, limit: number): number {
  return Math.max(-limit, Math.min(limit, Math.round(x)));
}
