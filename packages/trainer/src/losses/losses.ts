import type { Ops } from '../ops/ops.ts';

/** Mean over the batch of -targets log softmax(logits); a row of `targets` [B, C] is one-hot, or any distribution times a weight. */
export function crossEntropy<T>(ops: Ops<T>, logits: T, targets: T): T {
  const labels = ops.shape(logits)[1];
  if (typeof labels !== 'number') throw new Error('the number of labels must be known');
  // The mean over all B x C elements, times C, is the sum over C and the mean over B.
  return ops.affine(ops.mean(ops.mul(targets, ops.logSoftmax(logits))), -labels);
}

/**
 * T^2 KL(teacher || student) of the distributions at temperature T, mean over the batch (Hinton, Vinyals and Dean 2015).
 * The factor T^2 keeps the size of the gradient when T changes.
 */
export function softTargets<T>(ops: Ops<T>, studentLogits: T, teacherLogits: T, temperature: number): T {
  const labels = ops.shape(studentLogits)[1];
  if (typeof labels !== 'number') throw new Error('the number of labels must be known');
  const teacherLog = ops.logSoftmax(ops.affine(teacherLogits, 1 / temperature));
  const studentLog = ops.logSoftmax(ops.affine(studentLogits, 1 / temperature));
  const divergence = ops.mul(ops.exp(teacherLog), ops.sub(teacherLog, studentLog));
  return ops.affine(ops.mean(divergence), labels * temperature * temperature);
}

/** The terms of a training loss and their weights. */
export interface LossTerms {
  /** Weight of the cross entropy with the labels. */
  readonly hard: number;
  /** Weight of the divergence from the teacher. */
  readonly soft: number;
  readonly temperature: number;
}

/** hard * crossEntropy + soft * softTargets: a scalar. */
export function trainingLoss<T>(ops: Ops<T>, terms: LossTerms, logits: T, targets: T, teacherLogits: T | undefined): T {
  const parts: T[] = [];
  if (terms.hard > 0) parts.push(ops.affine(crossEntropy(ops, logits, targets), terms.hard));
  if (terms.soft > 0) {
    if (teacherLogits === undefined) throw new Error("the soft loss needs the teacher's logits");
    parts.push(ops.affine(softTargets(ops, logits, teacherLogits, terms.temperature), terms.soft));
  }
  return parts.reduce((a, b) => ops.add(a, b));
}
