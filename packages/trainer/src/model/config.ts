import { UserError } from '@retort/shared';
import { z } from 'zod';

/** The shape of a BERT or DistilBERT encoder with a classification head. */
export interface ModelConfig {
  readonly architecture: 'bert' | 'distilbert';
  readonly vocabularySize: number;
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly intermediate: number;
  readonly maxPositions: number;
  /** Rows of the token type table; 0 for DistilBERT, which has none. */
  readonly tokenTypes: number;
  readonly epsilon: number;
  /** Positions begin as sines and cosines (Vaswani et al. 2017) where the weights have none. */
  readonly sinusoidalPositions?: boolean;
  /** Names of the labels, in the order of the logits. */
  readonly labels: readonly string[];
  /** Linear maps that are trained along with the model, and are no part of what is exported. */
  readonly projections?: readonly Projection[];
}

/** A linear map from one width to another. */
export interface Projection {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** DistilBERT's layer norms have this epsilon, whatever a config.json says. */
export const distilbertEpsilon = 1e-12;

/** What both architectures say; `null` means the same as nothing. */
const common = {
  vocab_size: z.int().positive().default(30_522),
  max_position_embeddings: z.int().positive().default(512),
  id2label: z.record(z.string(), z.string()).nullish(),
  num_labels: z.int().positive().nullish(),
};
/** Defaults are those of transformers: a `config.json` may leave out what equals them. */
const bertConfig = z.object({
  ...common,
  model_type: z.literal('bert'),
  hidden_size: z.int().positive().default(768),
  num_hidden_layers: z.int().positive().default(12),
  num_attention_heads: z.int().positive().default(12),
  intermediate_size: z.int().positive().default(3072),
  type_vocab_size: z.int().positive().default(2),
  layer_norm_eps: z.number().positive().default(1e-12),
  hidden_act: z.literal('gelu').default('gelu'),
  position_embedding_type: z.literal('absolute').default('absolute'),
  is_decoder: z.literal(false).default(false),
});
const distilbertConfig = z.object({
  ...common,
  model_type: z.literal('distilbert'),
  dim: z.int().positive().default(768),
  n_layers: z.int().positive().default(6),
  n_heads: z.int().positive().default(12),
  hidden_dim: z.int().positive().default(3072),
  activation: z.literal('gelu').default('gelu'),
  sinusoidal_pos_embds: z.boolean().default(false),
});

/** Reads a Hugging Face `config.json`; `file` is what errors call it. */
export function parseModelConfig(text: string, file: string): ModelConfig {
  const json = withModelType(parseJson(text, file));
  const result = z.discriminatedUnion('model_type', [bertConfig, distilbertConfig]).safeParse(json);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new UserError(issue.message, {
      place: { file, field: issue.path.join('.') },
      remedy: 'use a BERT or DistilBERT encoder with the exact gelu and absolute positions',
    });
  }
  const config = result.data;
  const shared = {
    vocabularySize: config.vocab_size,
    maxPositions: config.max_position_embeddings,
    labels: labelNames(config.id2label, config.num_labels),
  };
  const model: ModelConfig =
    config.model_type === 'bert'
      ? {
          ...shared,
          architecture: 'bert',
          layers: config.num_hidden_layers,
          hidden: config.hidden_size,
          heads: config.num_attention_heads,
          intermediate: config.intermediate_size,
          tokenTypes: config.type_vocab_size,
          epsilon: config.layer_norm_eps,
        }
      : {
          ...shared,
          architecture: 'distilbert',
          layers: config.n_layers,
          hidden: config.dim,
          heads: config.n_heads,
          intermediate: config.hidden_dim,
          tokenTypes: 0,
          epsilon: distilbertEpsilon,
          ...(config.sinusoidal_pos_embds ? { sinusoidalPositions: true } : {}),
        };
  if (model.hidden % model.heads !== 0) {
    throw new UserError(`a width of ${model.hidden} is not a multiple of the ${model.heads} heads`, {
      place: { file },
      remedy: 'put back the original config.json',
    });
  }
  return model;
}

/** The first BERTs were published without a `model_type`: what they do say tells it. */
function withModelType(json: unknown): unknown {
  if (typeof json !== 'object' || json === null || 'model_type' in json) return json;
  if ('dim' in json) return { ...json, model_type: 'distilbert' };
  return 'hidden_size' in json ? { ...json, model_type: 'bert' } : json;
}

/** The `config.json` that transformers, transformers.js and others read. Dropout is what training used, `padId` is [PAD]'s of the tokenizer. */
export function formatModelConfig(
  config: ModelConfig,
  { dropout, padId }: { readonly dropout: number; readonly padId: number },
): string {
  const labels = {
    id2label: Object.fromEntries(config.labels.map((label, i) => [String(i), label])),
    label2id: Object.fromEntries(config.labels.map((label, i) => [label, i])),
  };
  const both = {
    vocab_size: config.vocabularySize,
    max_position_embeddings: config.maxPositions,
    initializer_range: 0.02,
    pad_token_id: padId,
    torch_dtype: 'float32',
  };
  const json =
    config.architecture === 'bert'
      ? {
          architectures: ['BertForSequenceClassification'],
          model_type: 'bert',
          hidden_size: config.hidden,
          num_hidden_layers: config.layers,
          num_attention_heads: config.heads,
          intermediate_size: config.intermediate,
          hidden_act: 'gelu',
          hidden_dropout_prob: dropout,
          attention_probs_dropout_prob: dropout,
          type_vocab_size: config.tokenTypes,
          layer_norm_eps: config.epsilon,
          position_embedding_type: 'absolute',
          ...both,
          ...labels,
        }
      : {
          architectures: ['DistilBertForSequenceClassification'],
          model_type: 'distilbert',
          dim: config.hidden,
          n_layers: config.layers,
          n_heads: config.heads,
          hidden_dim: config.intermediate,
          activation: 'gelu',
          dropout,
          attention_dropout: dropout,
          seq_classif_dropout: dropout,
          sinusoidal_pos_embds: false,
          ...both,
          ...labels,
        };
  return `${JSON.stringify(json, null, 2)}\n`;
}

function labelNames(id2label: Record<string, string> | null | undefined, count: number | null = 2): string[] {
  if (id2label === null || id2label === undefined) return Array.from({ length: count ?? 2 }, (_, i) => `LABEL_${i}`);
  return Object.keys(id2label)
    .sort((a, b) => Number(a) - Number(b))
    .map((id) => id2label[id]);
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UserError('the file is not JSON', {
      place: { file },
      remedy: 'put back the original config.json',
      cause,
    });
  }
}
