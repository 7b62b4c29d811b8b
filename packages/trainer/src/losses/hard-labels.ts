import type { Ops } from '../ops/ops.ts';
import { knownLengths } from '../ops/shapes.ts';

/**
 * Mean over the batch of -targets log softmax(logits). A row of `targets` [B, C] is one-hot, any distribution times a weight, or 0: that the mean
 * is over the labelled texts of a whole step is in the rows (training/label-rows.ts).
 */
export function crossEntropy<T>(ops: Ops<T>, logits: T, targets: T): T {
  const [labels] = knownLengths(ops.shape(logits).slice(1));
  // The mean over all B x C elements, times C, is the sum over C and the mean over B.
  return ops.affine(ops.mean(ops.mul(targets, ops.logSoftmax(logits))), -labels);
}
