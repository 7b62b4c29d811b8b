import { decide, plainRule } from './decision.ts';
import { softmax } from './softmax.ts';

const bins = 15;

/**
 * The expected calibration error (Naeini et al. 2015; Guo et al. 2017): how far the probability of the most probable label
 * is from the share of texts that have it, over 15 bins of equal width, each weighted by its texts. From 0 to 1.
 * `logits`: n x `labelCount`, row-major; `labels`: [n], at least one.
 */
export function expectedCalibrationError(
  logits: Float32Array,
  labels: Int32Array,
  labelCount: number,
  temperature = 1,
): number {
  const probabilities = softmax(logits, labelCount, temperature);
  const likeliest = decide(logits, labelCount, plainRule);
  // Of each bin (i / bins, (i + 1) / bins]: right answers less the probability that they were given.
  const gaps = new Float64Array(bins);
  for (let i = 0; i < labels.length; i++) {
    const confidence = probabilities[i * labelCount + likeliest[i]];
    const bin = Math.min(bins - 1, Math.max(0, Math.ceil(confidence * bins) - 1));
    gaps[bin] += (likeliest[i] === labels[i] ? 1 : 0) - confidence;
  }
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / labels.length;
}
