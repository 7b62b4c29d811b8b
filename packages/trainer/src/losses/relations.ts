import { attentionScores } from '../model/attention.ts';
import { rowDivergence } from './attention.ts';
import type { LossContext } from './context.ts';
import type { RelationsTerm } from './terms.ts';
import { meanOf } from './token-mean.ts';

/**
 * MiniLMv2 (Wang et al. 2021): queries are related with queries, keys with keys, values with values, as softmax(X X^T / sqrt(d)) for
 * each of `heads` parts of width d that X is cut into, whatever heads the models have; KL(teacher || student) of these relations,
 * mean over relation heads, tokens and texts, and over the three of them.
 */
export function relationsLoss<T>(context: LossContext<T>, { heads, studentLayer, teacherLayer }: RelationsTerm): T {
  const { ops, outputs, teacher } = context;
  const relation = (x: T) => attentionScores(ops, x, x, heads);
  const losses = (['queries', 'keys', 'values'] as const).map((kind) =>
    rowDivergence(
      context,
      relation(outputs.attention[studentLayer][kind]),
      relation(teacher({ kind, layer: teacherLayer })),
    ),
  );
  return meanOf(ops, losses);
}
