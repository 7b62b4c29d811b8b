import { attentionScores } from '../model/attention.ts';
import type { Ops } from '../ops/ops.ts';
import { knownLengths } from '../ops/shapes.ts';
import type { LossContext } from './context.ts';
import type { AttentionTerm } from './terms.ts';
import { meanOf, tokenMean } from './token-mean.ts';

/**
 * The distance of the student's attention from the teacher's, head by head, mean over heads, tokens, texts and pairs of layers:
 * KL(teacher || student) of each token's distribution (Wang et al. 2020), or the mean square of the differences of the scores
 * before the softmax, of tokens with tokens (Jiao et al. 2020).
 */
export function attentionLoss<T>(context: LossContext<T>, { pairs, distance }: AttentionTerm): T {
  const { ops, outputs, teacher, teacherHeads } = context;
  const losses = pairs.map(({ student, teacher: layer }) => {
    const mine = outputs.attention[student].scores;
    const theirs = attentionScores(
      ops,
      teacher({ kind: 'queries', layer }),
      teacher({ kind: 'keys', layer }),
      teacherHeads,
    );
    return distance === 'kl' ? rowDivergence(context, mine, theirs) : scoreDistance(context, mine, theirs);
  });
  return meanOf(ops, losses);
}

/** KL(softmax(theirs) || softmax(mine)) of each row, mean over heads, tokens and texts: scores [B, A, L, L] -> a scalar. */
export function rowDivergence<T>({ ops, padding, shares }: LossContext<T>, mine: T, theirs: T): T {
  const studentLog = ops.logSoftmax(ops.add(mine, padding));
  const teacherLog = ops.logSoftmax(ops.add(theirs, padding));
  // Of padding the teacher's probability is 0.
  const divergence = ops.sum(ops.mul(ops.exp(teacherLog), ops.sub(teacherLog, studentLog)), [3]);
  return tokenMean(ops, meanOverHeads(ops, divergence), shares);
}

/** The mean square of the differences between the scores of tokens: [B, A, L, L] -> a scalar. */
function scoreDistance<T>({ ops, shares }: LossContext<T>, mine: T, theirs: T): T {
  const difference = ops.sub(mine, theirs);
  const columns = ops.expandDims(ops.expandDims(shares, 1), 1); // [B, 1, 1, L]
  const rows = ops.sum(ops.mul(ops.mul(difference, difference), columns), [3]);
  return tokenMean(ops, meanOverHeads(ops, rows), shares);
}

/** [B, A, L] -> [B, L] */
function meanOverHeads<T>(ops: Ops<T>, x: T): T {
  const [heads] = knownLengths(ops.shape(x).slice(1, 2));
  return ops.affine(ops.sum(x, [1]), 1 / heads);
}
