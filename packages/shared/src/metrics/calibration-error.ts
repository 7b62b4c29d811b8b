import { reliabilityBins } from './reliability.ts';

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
  const bins = reliabilityBins(logits, labels, labelCount, temperature);
  return (
    bins.reduce((sum, { n, confidence, accuracy }) => sum + n * Math.abs(accuracy - confidence), 0) / labels.length
  );
}
