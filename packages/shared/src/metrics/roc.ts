import { logSumExp } from './softmax.ts';

/** A point of a ROC curve: the shares of the negatives and of the positives that a threshold calls positive. */
export interface RocPoint {
  readonly falsePositiveRate: number;
  readonly truePositiveRate: number;
}

/**
 * What ranks texts by how much they are of `label`, [n], out of logits, n x `labelCount` row-major. Of two labels it is the difference of
 * the logits: that ranks as the probability does, and does not saturate at 1. Of more the logarithm of the probability.
 */
export function rankingScores(logits: Float32Array, labelCount: number, label: number): Float64Array {
  return Float64Array.from({ length: logits.length / labelCount }, (_, i) => {
    const row = i * labelCount;
    if (labelCount === 2) return logits[row + label] - logits[row + 1 - label];
    return logits[row + label] - logSumExp(logits, row, labelCount);
  });
}

/**
 * The ROC curve from (0, 0) to (1, 1), one point for each score that occurs, the highest first. Null if positives or negatives
 * are missing.
 */
export function rocCurve(scores: Float64Array, isPositive: (index: number) => boolean): RocPoint[] | null {
  const order = Uint32Array.from(scores, (_, i) => i).sort((a, b) => scores[b] - scores[a]);
  const positives = order.reduce((count, i) => count + (isPositive(i) ? 1 : 0), 0);
  const negatives = order.length - positives;
  if (positives === 0 || negatives === 0) return null;
  const points: RocPoint[] = [{ falsePositiveRate: 0, truePositiveRate: 0 }];
  let [right, wrong] = [0, 0];
  order.forEach((index, i) => {
    if (isPositive(index)) right++;
    else wrong++;
    if (i + 1 < order.length && scores[order[i + 1]] === scores[index]) return;
    points.push({ falsePositiveRate: wrong / negatives, truePositiveRate: right / positives });
  });
  return points;
}

/** The largest true-positive rate of a curve's points whose false-positive rate is at most `limit`. */
export function truePositiveRateAt(curve: readonly RocPoint[], limit: number): number {
  let largest = 0;
  for (const point of curve) {
    if (point.falsePositiveRate <= limit) largest = Math.max(largest, point.truePositiveRate);
  }
  return largest;
}

/**
 * The true-positive rate where at most a share of `limit` of the other texts is taken for the label, by the best threshold on the texts
 * themselves. Two labels: of label 1. More: the mean over the labels, each against the rest. Null if a label is missing.
 */
export function truePositiveRate(
  logits: Float32Array,
  labels: Int32Array,
  labelCount: number,
  limit: number,
): number | null {
  const of = labelCount === 2 ? [1] : Array.from({ length: labelCount }, (_, label) => label);
  let sum = 0;
  for (const label of of) {
    const curve = rocCurve(rankingScores(logits, labelCount, label), (i) => labels[i] === label);
    if (curve === null) return null;
    sum += truePositiveRateAt(curve, limit);
  }
  return sum / of.length;
}
