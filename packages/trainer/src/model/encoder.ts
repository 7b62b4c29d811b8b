import type { Ops } from '../ops/ops.ts';
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
}

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
  options: { readonly allRows?: boolean } = {},
): ModelOutputs<T> {
  const context = { ops, config, parameter, dropout };
  const padding = paddingBias(ops, inputs.attentionMask);
  const hiddenStates = [embed(context, inputs)];
  for (let layer = 0; layer < config.layers; layer++) {
    // Of the last layer the head reads only the row of [CLS]: query, attention output and feed-forward run for one token.
    const clsOnly = layer === config.layers - 1 && options.allRows !== true;
    hiddenStates.push(encoderLayer(context, layer, hiddenStates[layer], padding, clsOnly));
  }
  const last = hiddenStates[config.layers];
  return { logits: head(context, options.allRows === true ? ops.slice(last, 1, 0, 1) : last), hiddenStates };
}

/** [B, 1, 1, L]: 0 for tokens, -10000 for padding, as in BERT; far enough for exp() to give 0, and exact in half precision. */
function paddingBias<T>(ops: Ops<T>, mask: T): T {
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

/** One transformer layer, [B, L, H] -> [B, L, H], or -> [B, 1, H] where only [CLS] is wanted. */
function encoderLayer<T>(context: Context<T>, layer: number, x: T, padding: T, clsOnly: boolean): T {
  const { ops, config, dropout } = context;
  const names = layerNames[config.architecture](layer);
  const rows = clsOnly ? ops.slice(x, 1, 0, 1) : x;
  const attended = linear(context, names.attentionOutput, attention(context, names, rows, x, padding));
  // DistilBERT has no dropout here.
  const residual = config.architecture === 'bert' ? ops.dropout(attended, dropout) : attended;
  const middle = layerNorm(context, names.attentionNorm, ops.add(residual, rows));
  const up = ops.gelu(linear(context, names.up, middle));
  const down = linear(context, names.down, up);
  return layerNorm(context, names.outputNorm, ops.add(ops.dropout(down, dropout), middle));
}

/** softmax(Q K^T / sqrt(D) + padding) V for each head (Vaswani et al. 2017): rows [B, M, H], x [B, L, H] -> [B, M, H]. */
function attention<T>(
  context: Context<T>,
  names: { query: string; key: string; value: string },
  rows: T,
  x: T,
  padding: T,
): T {
  const { ops, config, dropout } = context;
  const size = config.hidden / config.heads;
  // [B, L, H] -> [B, A, L, D]
  const heads = (y: T) => ops.transpose(ops.reshapeFrom(y, 2, [config.heads, size]), [0, 2, 1, 3]);
  const query = heads(linear(context, names.query, rows));
  const key = heads(linear(context, names.key, x));
  const value = heads(linear(context, names.value, x));
  const scores = ops.add(ops.matmul(query, key, { transposeB: true, scale: 1 / Math.sqrt(size) }), padding); // [B, A, M, L]
  const probabilities = ops.dropout(ops.softmax(scores), dropout);
  const mixed = ops.transpose(ops.matmul(probabilities, value), [0, 2, 1, 3]); // [B, M, A, D]
  return ops.reshapeFrom(mixed, 2, [config.hidden]);
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
