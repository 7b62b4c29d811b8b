import type { Ops } from '../ops/ops.ts';
import { knownLengths } from '../ops/shapes.ts';

/**
 * T^2 KL(teacher || student) of the distributions at temperature T, mean over the batch (Hinton, Vinyals and Dean 2015).
 * The factor T^2 keeps the size of the gradient when T changes.
 */
export function softTargets<T>(ops: Ops<T>, studentLogits: T, teacherLogits: T, temperature: number): T {
  const [labels] = knownLengths(ops.shape(studentLogits).slice(1));
  const teacherLog = ops.logSoftmax(ops.affine(teacherLogits, 1 / temperature));
  const studentLog = ops.logSoftmax(ops.affine(studentLogits, 1 / temperature));
  const divergence = ops.mul(ops.exp(teacherLog), ops.sub(teacherLog, studentLog));
  return ops.affine(ops.mean(divergence), labels * temperature * temperature);
}
