import { decide, plainRule } from './decision.ts';
import { softmax } from './softmax.ts';

export const reliabilityBinCount = 15;

/** Texts whose most probable label has about the same probability. */
export interface ReliabilityBin {
  readonly n: number;
  /** Mean probability of their most probable labels; 0 without texts. */
  readonly confidence: number;
  /** Share of the texts that have these labels; 0 without texts. */
  readonly accuracy: number;
}

/**
 * The bins of a reliability diagram (Guo et al. 2017), i of 15 holding probabilities in (i / 15, (i + 1) / 15]. `logits`: n x `labelCount`,
 * row-major; `labels`: [n].
 */
export function reliabilityBins(
  logits: Float32Array,
  labels: Int32Array,
  labelCount: number,
  temperature = 1,
): ReliabilityBin[] {
  const probabilities = softmax(logits, labelCount, temperature);
  const likeliest = decide(logits, labelCount, plainRule);
  const sums = Array.from({ length: reliabilityBinCount }, () => ({ n: 0, confidence: 0, right: 0 }));
  for (let i = 0; i < labels.length; i++) {
    const confidence = probabilities[i * labelCount + likeliest[i]];
    const place = Math.ceil(confidence * reliabilityBinCount) - 1;
    const bin = sums[Math.min(reliabilityBinCount - 1, Math.max(0, place))];
    bin.n++;
    bin.confidence += confidence;
    if (likeliest[i] === labels[i]) bin.right++;
  }
  return sums.map(({ n, confidence, right }) => ({
    n,
    confidence: n === 0 ? 0 : confidence / n,
    accuracy: n === 0 ? 0 : right / n,
  }));
}
