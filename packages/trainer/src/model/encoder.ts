import type { Ops } from '../ops/ops.ts';
import { knownLengths } from '../ops/shapes.ts';
import type { ModelConfig } from './config.ts';
import { headNames, layerNames } from './parameters.ts';

/** Shapes below: B batch, L length, H hidden, A heads, D = H / A, C labels. */
export interface ModelInputs<T> {
  /** Embedding of each token [B, L, H]: rows of the word table. */
  readonly words: T;
  /** 1 for tokens, 0 for padding, float32 [B, L]. */
  readonly attentionMask: T;
  /** Segment of each token [B, L]; left out: all 0. */
  readonly tokenTypes?: T;
}

export interface ModelOutputs<T> {
  /** [B, C] */
  readonly logits: T;
  /** The embeddings, then what each layer gives: [B, L, H]; the last one [B, 1, H], unless all its rows were asked for. */
  readonly hiddenStates: readonly T[];
  /** What each layer's attention is made of. */
  readonly attention: readonly AttentionParts<T>[];
}

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
 * What the last layer computes for all tokens, each choice with those before it: nothing, its queries, its attention scores, all.
 * The classifier reads the row of [CLS] alone: the rest is for who compares hidden states or attention, and costs time.
 */
export type LastLayerRows = 'cls' | 'queries' | 'scores' | 'all';

/** What a forward pass needs besides its inputs. */
interface Context<T> {
  readonly ops: Ops<T>;
  readonly config: ModelConfig;
  readonly parameter: (name: string) => T;
  readonly dropout: number;
}

/** BertForSequenceClassification or DistilBertForSequenceClassification (Devlin et al. 2019; Sanh et al. 2019). */
export function classify<T>(
  ops: Ops<T>,
  config: ModelConfig,
  parameter: (name: string) => T,
  inputs: ModelInputs<T>,
  dropout: number,
  rows: LastLayerRows = 'cls',
): ModelOutputs<T> {
  const context = { ops, config, parameter, dropout };
  const padding = paddingBias(ops, inputs.attentionMask);
  const hiddenStates = [embed(context, inputs)];
  const attention: AttentionParts<T>[] = [];
  for (let layer = 0; layer < config.layers; layer++) {
    // Of the last layer the head reads only the row of [CLS]: query, attention output and feed-forward run for one token.
    const wanted = layer === config.layers - 1 ? rows : 'all';
    const { output, parts } = encoderLayer(context, layer, hiddenStates[layer], padding, wanted);
    hiddenStates.push(output);
    attention.push(parts);
  }
  const last = hiddenStates[config.layers];
  return { logits: head(context, rows === 'all' ? ops.slice(last, 1, 0, 1) : last), hiddenStates, attention };
}

/** [B, 1, 1, L]: 0 for tokens, -10000 for padding, as in BERT; far enough for exp() to give 0, and exact in half precision. */
export function paddingBias<T>(ops: Ops<T>, mask: T): T {
  return ops.affine(ops.expandDims(ops.expandDims(mask, 1), 1), 10_000, -10_000);
}

/** Sum of word, position and segment embeddings, normalised: [B, L, H]. */
function embed<T>(context: Context<T>, { words, attentionMask, tokenTypes }: ModelInputs<T>): T {
  const { ops, config, parameter, dropout } = context;
  const table = (name: string) => parameter(`${config.architecture}.embeddings.${name}_embeddings.weight`);
  // [L, H] positions, and [H] or [B, L, H] segments.
  let other = ops.headRows(table('position'), attentionMask, 1);
  if (config.tokenTypes > 0) {
    const segments = table('token_type');
    other = ops.add(other, tokenTypes === undefined ? ops.slice(segments, 0, 0, 1) : ops.gather(segments, tokenTypes));
  }
  return ops.dropout(layerNorm(context, `${config.architecture}.embeddings.LayerNorm`, ops.add(words, other)), dropout);
}

/** One transformer layer, [B, L, H] -> [B, L, H], or -> [B, 1, H] where not all rows of the output are wanted. */
function encoderLayer<T>(context: Context<T>, layer: number, x: T, padding: T, wanted: LastLayerRows) {
  const { ops, config, dropout } = context;
  const names = layerNames[config.architecture](layer);
  const rows = wanted === 'all' ? x : ops.slice(x, 1, 0, 1);
  const { mixed, parts } = attend(context, names, wanted === 'cls' ? rows : x, x, padding, wanted);
  const attended = linear(context, names.attentionOutput, mixed);
  // DistilBERT has no dropout here.
  const residual = config.architecture === 'bert' ? ops.dropout(attended, dropout) : attended;
  const middle = layerNorm(context, names.attentionNorm, ops.add(residual, rows));
  const up = ops.gelu(linear(context, names.up, middle));
  const down = linear(context, names.down, up);
  return { output: layerNorm(context, names.outputNorm, ops.add(ops.dropout(down, dropout), middle)), parts };
}

/**
 * softmax(Q K^T / sqrt(D) + padding) V for each head (Vaswani et al. 2017), with queries of `rows` [B, M, H] and keys and values
 * of x [B, L, H]: `mixed` [B, M, H], or [B, 1, H] for [CLS] alone where the last layer has more queries or scores than it needs.
 */
function attend<T>(
  context: Context<T>,
  names: { query: string; key: string; value: string },
  rows: T,
  x: T,
  padding: T,
  wanted: LastLayerRows,
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

/** The [CLS] row [B, 1, H] -> logits [B, C]. BERT's pooler has a tanh, DistilBERT's a ReLU. */
function head<T>(context: Context<T>, x: T): T {
  const { ops, config, dropout } = context;
  const names = headNames[config.architecture];
  const cls = ops.reshapeFrom(x, 1, [config.hidden]);
  const dense = linear(context, names.dense, cls);
  const pooled = config.architecture === 'bert' ? ops.tanh(dense) : ops.relu(dense);
  return linear(context, names.classifier, ops.dropout(pooled, dropout));
}

function linear<T>({ ops, parameter }: Context<T>, name: string, x: T): T {
  return ops.linear(x, parameter(`${name}.weight`), parameter(`${name}.bias`));
}

function layerNorm<T>({ ops, config, parameter }: Context<T>, name: string, x: T): T {
  return ops.layerNorm(x, parameter(`${name}.weight`), parameter(`${name}.bias`), config.epsilon);
}
