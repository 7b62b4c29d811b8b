import { softmax } from './softmax.ts';

/** No temperature outside of this is fitted: beyond it, a model is all but certain, or all but indifferent, of everything. */
export const temperatureBounds = { low: 0.01, high: 100 } as const;

export interface FittedTemperature {
  readonly temperature: number;
  /**
   * `optimum`: the loss is smallest there. `low` or `high`: it falls as far as that bound. `undetermined`: every text is right, so
   * that the loss falls for ever as the temperature does, and they cannot tell how sure the model may be; it stays 1.
   */
  readonly outcome: 'optimum' | 'low' | 'high' | 'undetermined';
}

/**
 * The temperature whose softmax of logits / T has the smallest negative log likelihood (Guo et al. 2017, On Calibration of Modern
 * Neural Networks). `logits`: n x `labelCount`, row-major, finite; `labels`: [n].
 */
export function fitTemperature(logits: Float32Array, labels: Int32Array, labelCount: number): FittedTemperature {
  if (labels.length === 0) throw new RangeError('there are no texts to fit a temperature on');
  if (labels.every((label, i) => isLargest(logits, i * labelCount, labelCount, label))) {
    return { temperature: 1, outcome: 'undetermined' };
  }
  // In 1 / T the loss is convex, so that its slope rises and crosses 0 at most once.
  const slope = (temperature: number) => slopeByInverse(logits, labels, labelCount, temperature);
  let low: number = temperatureBounds.low;
  let high: number = temperatureBounds.high;
  if (slope(low) <= 0) return { temperature: low, outcome: 'low' };
  if (slope(high) >= 0) return { temperature: high, outcome: 'high' };
  while (high / low > 1 + 1e-9) {
    const middle = Math.sqrt(low * high);
    if (slope(middle) > 0) low = middle;
    else high = middle;
  }
  return { temperature: Math.sqrt(low * high), outcome: 'optimum' };
}

/** d loss / d(1 / T) = sum over the texts of (mean logit under the probabilities - logit of the label). */
function slopeByInverse(logits: Float32Array, labels: Int32Array, labelCount: number, temperature: number): number {
  const probabilities = softmax(logits, labelCount, temperature);
  let slope = 0;
  for (let i = 0; i < labels.length; i++) {
    const own = logits[i * labelCount + labels[i]];
    for (let j = i * labelCount; j < (i + 1) * labelCount; j++) slope += probabilities[j] * (logits[j] - own);
  }
  return slope;
}

function isLargest(logits: Float32Array, row: number, labelCount: number, label: number): boolean {
  for (let j = row; j < row + labelCount; j++) if (logits[j] > logits[row + label]) return false;
  return true;
}
