import { fromFloat16, toFloat16 } from '@retort/onnx';
import { largestHalf, smallestHalf } from './int8-tensors.ts';

/** A table in 4 bits: the block b of a row is `values * scales[row, b]`. */
export interface Int4Table {
  /** [rows, columns], from -8 to 7. */
  readonly values: Int8Array;
  /** Half precision, as bits: [rows, columns / block]. */
  readonly scales: Uint16Array;
}

/**
 * Scales that are tried, as shares of the one that reaches the largest weight: clipping a rare outlier can cost less than coarse steps for
 * all the others.
 */
const shares = [1, 0.92, 0.84, 0.76];

/**
 * 4-bit weights with a scale for each block of a row. The 16 levels are -8 to 7, so the scale's sign is chosen for the largest weight to
 * fall on the side of -8; of several sizes the one with the least squared error is taken.
 *
 * @param weights [rows, columns], finite; `block` divides the columns
 */
export function quantizeBlocks(weights: Float32Array, rows: number, columns: number, block: number): Int4Table {
  const count = (rows * columns) / block;
  const reaching = new Float32Array(count); // The scale that reaches a block's largest weight.
  for (let b = 0; b < count; b++) reaching[b] = largestOf(weights, b * block, block) / -8;

  const scales = new Uint16Array(count);
  const least = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  for (const share of shares) {
    const halves = toFloat16(reaching.map((scale) => toScale(scale * share)));
    const singles = fromFloat16(halves);
    for (let b = 0; b < count; b++) {
      const error = squaredError(weights, b * block, block, singles[b]);
      if (error < least[b]) [least[b], scales[b]] = [error, halves[b]];
    }
  }

  const values = new Int8Array(rows * columns);
  const singles = fromFloat16(scales);
  for (let b = 0; b < count; b++) {
    const inverse = 1 / singles[b];
    for (let i = b * block; i < (b + 1) * block; i++) values[i] = toInt4(weights[i] * inverse);
  }
  return { values, scales };
}

/**
 * Two values a byte, plus 8: the low halves hold the first half of a row's columns, the high ones the second, so that whoever unpacks a row
 * has to put two pieces side by side and no more.
 *
 * @param values [rows, columns], columns even
 * @returns [rows, columns / 2]
 */
export function packHalves(values: Int8Array, rows: number, columns: number): Uint8Array {
  const half = columns / 2;
  const packed = new Uint8Array(rows * half);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < half; i++) {
      const low = values[row * columns + i] + 8;
      const high = values[row * columns + half + i] + 8;
      packed[row * half + i] = low | (high << 4);
    }
  }
  return packed;
}

/** The weight furthest from 0, with its sign. */
function largestOf(weights: Float32Array, start: number, block: number): number {
  let largest = 0;
  for (let i = start; i < start + block; i++) if (Math.abs(weights[i]) > Math.abs(largest)) largest = weights[i];
  return largest;
}

/** Within what half precision holds well. A block of tiny weights becomes zeros. */
function toScale(scale: number): number {
  if (Math.abs(scale) >= smallestHalf) return Math.max(-largestHalf, Math.min(largestHalf, scale));
  return scale < 0 ? -smallestHalf : smallestHalf;
}

function squaredError(weights: Float32Array, start: number, block: number, scale: number): number {
  const inverse = 1 / scale;
  let error = 0;
  for (let i = start; i < start + block; i++) {
    const difference = weights[i] - scale * toInt4(weights[i] * inverse);
    error += difference * difference;
  }
  return error;
}

/** Nearest of -8 to 7. Math.round would take several times as long. */
function toInt4(x: number): number {
  return Math.max(-8, Math.min(7, Math.floor(x + 0.5)));
}
