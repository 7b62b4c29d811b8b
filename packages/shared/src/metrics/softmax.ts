/** Probabilities out of logits, row by row: n x `labelCount`, row-major. */
export function softmax(logits: Float32Array, labelCount: number): Float32Array {
  const probabilities = new Float32Array(logits.length);
  for (let row = 0; row < logits.length; row += labelCount) {
    const normaliser = logSumExp(logits, row, labelCount);
    for (let j = row; j < row + labelCount; j++) probabilities[j] = Math.exp(logits[j] - normaliser);
  }
  return probabilities;
}

/** log(sum(exp(x))) of the `count` values from `start`, without overflow. */
export function logSumExp(values: Float32Array, start: number, count: number): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let j = start; j < start + count; j++) largest = Math.max(largest, values[j]);
  let sum = 0;
  for (let j = start; j < start + count; j++) sum += Math.exp(values[j] - largest);
  return largest + Math.log(sum);
}
