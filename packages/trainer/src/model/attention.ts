import type { Ops } from '../ops/ops.ts';
import { knownLengths } from '../ops/shapes.ts';
import { type Context, linear } from './context.ts';
import type { LayerNames } from './parameters.ts';

/** Shapes below: B batch, L length, H hidden, A heads, D = H / A. */

/** Of one layer, all heads beside each other. In the last layer M is 1, unless more was asked for. */
export interface AttentionParts<T> {
  /** [B, M, H] */
  readonly queries: T;
  /** [B, L, H] */
  readonly keys: T;
  readonly values: T;
  /** Q K^T / sqrt(D) without the padding's bias: [B, A, M, L]. */
  readonly scores: T;
}

/**
 * What the last layer computes for all tokens, each choice with those before it: nothing, its keys and values, its queries, its attention scores, all.
 * The classifier reads the row of [CLS] alone: the rest is for who trains, or compares hidden states or attention, and costs time.
 */
export type LastLayerRows = 'cls' | 'values' | 'queries' | 'scores' | 'all';

type Names = Pick<LayerNames, 'query' | 'key' | 'value'>;

/** [B, 1, L]: 0 for tokens, -10000 for padding, as in BERT; far enough for exp() to give 0, and exact in half precision. For all heads: [B, 1, 1, L]. */
export function paddingBias<T>(ops: Ops<T>, mask: T): T {
  return ops.affine(ops.expandDims(mask, 1), 10_000, -10_000);
}

/**
 * softmax(Q K^T / sqrt(D) + padding) V for each head (Vaswani et al. 2017), with queries of `rows` [B, M, H], keys and values of x [B, L, H] and padding [B, 1, 1, L]:
 * `mixed` [B, M, H], or [B, 1, H] for [CLS] alone where `wanted` are queries or scores of all tokens.
 */
export function attend<T>(
  context: Context<T>,
  names: Names,
  rows: T,
  x: T,
  padding: T,
  wanted: Exclude<LastLayerRows, 'cls'>,
) {
  const { ops, config, dropout } = context;
  const queries = linear(context, names.query, rows);
  const keys = linear(context, names.key, x);
  const values = linear(context, names.value, x);
  const first = wanted === 'queries' ? ops.slice(queries, 1, 0, 1) : queries;
  const scores = attentionScores(ops, first, keys, config.heads); // [B, A, M, L]
  const used = wanted === 'scores' ? ops.slice(scores, 2, 0, 1) : scores;
  const product = ops.attend(ops.add(used, padding), splitHeads(ops, values, config.heads), dropout);
  const mixed = ops.reshapeFrom(ops.transpose(product, [0, 2, 1, 3]), 2, [config.hidden]); // [B, A, M, D] -> [B, M, H]
  return { mixed, parts: { queries, keys, values, scores } };
}

/**
 * What [CLS], `first` [B, 1, H], attends to in x [B, L, H], without keys and values of the other tokens, whose products are most of what the last layer costs: -> [B, 1, H]. Padding: [B, 1, L].
 * With the rows K_h and V_h of the weights that are head h's, q_h . (K_h x + k_h) is (K_h^T q_h) . x + q_h . k_h, of which the second term is the same for all
 * tokens and leaves the softmax as it is; and the mean of V_h x + v_h is V_h times that of x, plus v_h, as long as the weights of the mean add up to 1: without dropout.
 */
export function attendFirst<T>(context: Context<T>, names: Names, first: T, x: T, padding: T): T {
  const { ops, config, parameter } = context;
  const { heads, hidden } = config;
  const blocks = ops.constant('heads', [heads, hidden], headBlocks(heads, hidden));
  const query = ops.affine(linear(context, names.query, first), 1 / Math.sqrt(hidden / heads));
  const queries = ops.mul(query, blocks); // [B, 1, H] -> [B, A, H]
  const turned = ops.matmul(queries, parameter(`${names.key}.weight`)); // K_h^T q_h of each head
  const scores = ops.matmul(turned, x, { transposeB: true }); // [B, A, L]
  const means = ops.attend(ops.add(scores, padding), x, 0); // [B, A, H]
  return ops.sum(ops.mul(linear(context, names.value, means), blocks), [1], true);
}

/** [A, H]: 1 where a column is of the row's head, else 0. */
function headBlocks(heads: number, hidden: number): Float32Array {
  const width = hidden / heads;
  return Float32Array.from({ length: heads * hidden }, (_, i) =>
    Math.floor((i % hidden) / width) === Math.floor(i / hidden) ? 1 : 0,
  );
}

/** Q K^T / sqrt(D) of each head: queries [B, M, H], keys [B, L, H] -> [B, A, M, L]. */
export function attentionScores<T>(ops: Ops<T>, queries: T, keys: T, heads: number): T {
  const scale = 1 / Math.sqrt(widthOf(ops, queries) / heads);
  return ops.matmul(splitHeads(ops, queries, heads), splitHeads(ops, keys, heads), { transposeB: true, scale });
}

/** [B, L, H] -> [B, A, L, D] */
function splitHeads<T>(ops: Ops<T>, x: T, heads: number): T {
  return ops.transpose(ops.reshapeFrom(x, 2, [heads, widthOf(ops, x) / heads]), [0, 2, 1, 3]);
}

function widthOf<T>(ops: Ops<T>, x: T): number {
  const [width] = knownLengths(ops.shape(x).slice(-1));
  return width;
}
