import type { Ops } from '../ops/ops.ts';
import type { LastLayerRows } from './attention.ts';
import type { ModelConfig } from './config.ts';
import type { ModelOutputs } from './encoder.ts';

/** What a model can be asked for. Shapes: B batch, L length, H hidden, C labels. */
export type ModelOutput =
  /** [B, C] */
  | { readonly kind: 'logits' }
  /** All rows of a hidden state [B, L, H], or that of [CLS] alone [B, 1, H]: state 0 is the embeddings', i + 1 layer i's. */
  | { readonly kind: 'hidden_states'; readonly state: number }
  | { readonly kind: 'cls'; readonly state: number }
  /** What the attention of a layer, from 0, is made of, all heads beside each other: [B, L, H]. */
  | { readonly kind: 'queries'; readonly layer: number }
  | { readonly kind: 'keys'; readonly layer: number }
  | { readonly kind: 'values'; readonly layer: number };

/** The name of an output in graphs and files: `logits`, `cls:3`, `queries:5`. */
export function outputName(output: ModelOutput): string {
  if (output.kind === 'logits') return output.kind;
  return `${output.kind}:${'state' in output ? output.state : output.layer}`;
}

/** Whether an output has a row for each token, not one for each text. */
export function hasTokenRows({ kind }: ModelOutput): boolean {
  return kind !== 'logits' && kind !== 'cls';
}

/** Elements of one row. */
export function outputWidth({ kind }: ModelOutput, size: { readonly hidden: number; readonly labels: number }): number {
  return kind === 'logits' ? size.labels : size.hidden;
}

/** The dimensions of an output for a batch; lengths may be names. */
export function outputShape<D extends number | string>(
  output: ModelOutput,
  size: { readonly hidden: number; readonly labels: number },
  batch: D,
  length: D,
): (D | number)[] {
  const width = outputWidth(output, size);
  if (output.kind === 'logits') return [batch, width];
  return [batch, hasTokenRows(output) ? length : 1, width];
}

/** The least that the last layer has to compute for these outputs. */
export function rowsFor(config: ModelConfig, outputs: readonly ModelOutput[]): LastLayerRows {
  if (outputs.some((output) => output.kind === 'hidden_states' && output.state === config.layers)) return 'all';
  const ofLast = outputs.flatMap((output) =>
    'layer' in output && output.layer === config.layers - 1 ? [output.kind] : [],
  );
  if (ofLast.includes('queries')) return 'queries';
  return ofLast.length > 0 ? 'values' : 'cls';
}

/** One output of a forward pass. */
export function pickOutput<T>(ops: Ops<T>, outputs: ModelOutputs<T>, wanted: ModelOutput): T {
  if (wanted.kind === 'logits') return outputs.logits;
  if (wanted.kind === 'hidden_states') return outputs.hiddenStates[wanted.state];
  if (wanted.kind === 'cls') return ops.slice(outputs.hiddenStates[wanted.state], 1, 0, 1);
  return outputs.attention[wanted.layer][wanted.kind];
}
