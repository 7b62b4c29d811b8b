import type { Ops } from '../ops/ops.ts';

/**
 * 1 / n for the n tokens of a text, 0 for padding: mask [B, L] -> [B, L]. Every term is a mean over the tokens of each text, and
 * then over the texts: padding counts nowhere, and the mean over the batches of a step is the loss of one large batch.
 */
export function tokenShares<T>(ops: Ops<T>, mask: T): T {
  // 1 / n = exp(-log n): every text has a token.
  const inverse = ops.exp(ops.affine(ops.log(ops.sum(mask, [1], true)), -1)); // [B, 1]
  return ops.mul(mask, inverse);
}

/** Mean over the texts of the mean over each one's tokens: values [B, L] -> a scalar. */
export function tokenMean<T>(ops: Ops<T>, values: T, shares: T): T {
  return ops.mean(ops.sum(ops.mul(values, shares), [1]));
}

/** The mean of scalars. */
export function meanOf<T>(ops: Ops<T>, values: readonly T[]): T {
  const sum = values.reduce((a, b) => ops.add(a, b));
  return ops.affine(sum, 1 / values.length);
}
