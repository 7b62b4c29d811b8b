import type { Ops } from '../ops/ops.ts';
import { type AttentionParts, attend, attendFirst, type LastLayerRows, paddingBias } from './attention.ts';
import type { ModelConfig } from './config.ts';
import { type Context, layerNorm, linear } from './context.ts';
import { headNames, type LayerNames, layerNames } from './parameters.ts';

/** Shapes below: B batch, L length, H hidden, C labels. */
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
  /** What each layer's attention is made of; of the last layer only where its values were asked for. */
  readonly attention: readonly AttentionParts<T>[];
}

/**
 * BertForSequenceClassification or DistilBertForSequenceClassification (Devlin et al. 2019; Sanh et al. 2019). `rows`: default: `cls`, which is for inference alone; with dropout, or for
 * gradients, at least `values`.
 */
export function classify<T>(
  ops: Ops<T>,
  config: ModelConfig,
  parameter: (name: string) => T,
  inputs: ModelInputs<T>,
  dropout: number,
  rows: LastLayerRows = 'cls',
): ModelOutputs<T> {
  if (rows === 'cls' && dropout > 0) throw new Error('[CLS] alone cannot attend with dropout: ask for the values');
  const context = { ops, config, parameter, dropout };
  const padding = paddingBias(ops, inputs.attentionMask);
  const ofHeads = ops.expandDims(padding, 1);
  const hiddenStates = [embed(context, inputs)];
  const attention: AttentionParts<T>[] = [];
  for (let layer = 0; layer < config.layers; layer++) {
    const x = hiddenStates[layer];
    const names = layerNames[config.architecture](layer);
    const wanted = layer === config.layers - 1 ? rows : 'all';
    // Of the last layer the head reads only [CLS]: attention's output and feed-forward run for one token, and in inference its keys and values for none.
    const start = wanted === 'all' ? x : ops.slice(x, 1, 0, 1);
    if (wanted === 'cls') {
      hiddenStates.push(afterAttention(context, names, attendFirst(context, names, start, x, padding), start));
    } else {
      const asking = wanted === 'values' ? start : x;
      const { mixed, parts } = attend(context, names, asking, x, ofHeads, wanted);
      hiddenStates.push(afterAttention(context, names, mixed, start));
      attention.push(parts);
    }
  }
  const last = hiddenStates[config.layers];
  return { logits: head(context, rows === 'all' ? ops.slice(last, 1, 0, 1) : last), hiddenStates, attention };
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

/** What a layer does with what its attention gave: `mixed` and `x`, from which the layer started, both [B, M, H] -> [B, M, H]. */
function afterAttention<T>(context: Context<T>, names: LayerNames, mixed: T, x: T): T {
  const { ops, config, dropout } = context;
  const attended = linear(context, names.attentionOutput, mixed);
  // DistilBERT has no dropout here.
  const residual = config.architecture === 'bert' ? ops.dropout(attended, dropout) : attended;
  const middle = layerNorm(context, names.attentionNorm, ops.add(residual, x));
  const up = ops.gelu(linear(context, names.up, middle));
  const down = linear(context, names.down, up);
  return layerNorm(context, names.outputNorm, ops.add(ops.dropout(down, dropout), middle));
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
