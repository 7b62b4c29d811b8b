import { Random } from '@retort/shared';
import type { ModelConfig } from './config.ts';
import { projectionSpecs } from './projections.ts';

/** How a parameter is first filled, and whether weight decay applies to it. */
export type ParameterKind = 'matrix' | 'embedding' | 'bias' | 'scale';

export interface ParameterSpec {
  /** As Hugging Face checkpoints call it. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly kind: ParameterKind;
}

/** One parameter: its elements in row-major order, and its shape. */
export interface Parameter {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export type Parameters = ReadonlyMap<string, Parameter>;

/** Names of a layer's parts, by architecture. */
export const layerNames = {
  bert: (layer: number) => {
    const prefix = `bert.encoder.layer.${layer}`;
    return {
      query: `${prefix}.attention.self.query`,
      key: `${prefix}.attention.self.key`,
      value: `${prefix}.attention.self.value`,
      attentionOutput: `${prefix}.attention.output.dense`,
      attentionNorm: `${prefix}.attention.output.LayerNorm`,
      up: `${prefix}.intermediate.dense`,
      down: `${prefix}.output.dense`,
      outputNorm: `${prefix}.output.LayerNorm`,
    };
  },
  distilbert: (layer: number) => {
    const prefix = `distilbert.transformer.layer.${layer}`;
    return {
      query: `${prefix}.attention.q_lin`,
      key: `${prefix}.attention.k_lin`,
      value: `${prefix}.attention.v_lin`,
      attentionOutput: `${prefix}.attention.out_lin`,
      attentionNorm: `${prefix}.sa_layer_norm`,
      up: `${prefix}.ffn.lin1`,
      down: `${prefix}.ffn.lin2`,
      outputNorm: `${prefix}.output_layer_norm`,
    };
  },
} as const;

export type LayerNames = ReturnType<(typeof layerNames)[keyof typeof layerNames]>;

/** The two dense layers of the head: the first one on the [CLS] row, the second one gives the logits. */
export const headNames = {
  bert: { dense: 'bert.pooler.dense', classifier: 'classifier' },
  distilbert: { dense: 'pre_classifier', classifier: 'classifier' },
} as const;

/** The name of the word embedding table: the one parameter whose gradient has rows for the tokens of a batch alone. */
export function wordTableName(config: ModelConfig): string {
  return `${config.architecture}.embeddings.word_embeddings.weight`;
}

/** Every parameter of a model, in the order of the forward pass; last the projections that are trained along. */
export function parameterSpecs(config: ModelConfig): ParameterSpec[] {
  const { architecture, hidden, intermediate } = config;
  const embeddings = `${architecture}.embeddings`;
  const specs: ParameterSpec[] = [
    { name: wordTableName(config), shape: [config.vocabularySize, hidden], kind: 'embedding' },
    { name: `${embeddings}.position_embeddings.weight`, shape: [config.maxPositions, hidden], kind: 'embedding' },
  ];
  if (config.tokenTypes > 0) {
    specs.push({
      name: `${embeddings}.token_type_embeddings.weight`,
      shape: [config.tokenTypes, hidden],
      kind: 'embedding',
    });
  }
  specs.push(...norm(`${embeddings}.LayerNorm`, hidden));
  for (let layer = 0; layer < config.layers; layer++) {
    const names = layerNames[architecture](layer);
    for (const name of [names.query, names.key, names.value, names.attentionOutput])
      specs.push(...dense(name, hidden, hidden));
    specs.push(...norm(names.attentionNorm, hidden));
    specs.push(...dense(names.up, hidden, intermediate), ...dense(names.down, intermediate, hidden));
    specs.push(...norm(names.outputNorm, hidden));
  }
  const head = headNames[architecture];
  specs.push(...dense(head.dense, hidden, hidden), ...dense(head.classifier, hidden, config.labels.length));
  specs.push(...projectionSpecs(config.projections));
  return specs;
}

/**
 * BERT's initialisation (Devlin et al. 2019): weights normal with deviation 0.02, the padding token's row and the biases 0,
 * scales 1. Each parameter has a stream of its own, so that a change of one leaves the others as they are.
 */
export function randomParameters(config: ModelConfig, seed: number): Parameters {
  return new Map(parameterSpecs(config).map((spec) => [spec.name, randomParameter(config, spec, seed)]));
}

/** One parameter of `randomParameters`. */
export function randomParameter(config: ModelConfig, { name, shape, kind }: ParameterSpec, seed: number): Parameter {
  const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
  if (kind === 'scale') data.fill(1);
  if (kind === 'matrix' || kind === 'embedding') {
    const random = new Random(seed, 'weights', name);
    for (let i = 0; i < data.length; i++) data[i] = 0.02 * random.normal();
  }
  if (name === wordTableName(config)) data.fill(0, 0, config.hidden);
  return { shape, data };
}

/** Number of a model's parameters, those of some names left out. */
export function countParameters(config: ModelConfig, except: ReadonlySet<string> = new Set()): number {
  return parameterSpecs(config)
    .filter(({ name }) => !except.has(name))
    .reduce((total, { shape }) => total + shape.reduce((a, b) => a * b, 1), 0);
}

function dense(name: string, inputs: number, outputs: number): ParameterSpec[] {
  return [
    { name: `${name}.weight`, shape: [outputs, inputs], kind: 'matrix' },
    { name: `${name}.bias`, shape: [outputs], kind: 'bias' },
  ];
}

function norm(name: string, width: number): ParameterSpec[] {
  return [
    { name: `${name}.weight`, shape: [width], kind: 'scale' },
    { name: `${name}.bias`, shape: [width], kind: 'bias' },
  ];
}
