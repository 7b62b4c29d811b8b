/** Probabilities out of logits divided by `temperature`, row by row: n x `labelCount`, row-major. */
export function softmax(logits: Float32Array, labelCount: number, temperature = 1): Float64Array {
  const probabilities = new Float64Array(logits.length);
  for (let row = 0; row < logits.length; row += labelCount) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let j = row; j < row + labelCount; j++) largest = Math.max(largest, logits[j]);
    let sum = 0;
    for (let j = row; j < row + labelCount; j++) {
      probabilities[j] = Math.exp((logits[j] - largest) / temperature);
      sum += probabilities[j];
    }
    for (let j = row; j < row + labelCount; j++) probabilities[j] /= sum;
  }
  return probabilities;
}

/** log(sum(exp(x / `temperature`))) of the `count` values from `start`, without overflow. */
export function logSumExp(values: Float32Array, start: number, count: number, temperature = 1): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let j = start; j < start + count; j++) largest = Math.max(largest, values[j]);
  let sum = 0;
  for (let j = start; j < start + count; j++) sum += Math.exp((values[j] - largest) / temperature);
  return largest / temperature + Math.log(sum);
}
