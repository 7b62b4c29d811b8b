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
  /** Names of the labels, in the order of the logits. */
  readonly labels: readonly string[];
}

const labelMap = z.record(z.string(), z.string()).optional();
const bertConfig = z.object({
  model_type: z.literal('bert'),
  vocab_size: z.int(),
  hidden_size: z.int(),
  num_hidden_layers: z.int(),
  num_attention_heads: z.int(),
  intermediate_size: z.int(),
  max_position_embeddings: z.int(),
  type_vocab_size: z.int().default(2),
  layer_norm_eps: z.number().default(1e-12),
  hidden_act: z.literal('gelu').default('gelu'),
  id2label: labelMap,
});
const distilbertConfig = z.object({
  model_type: z.literal('distilbert'),
  vocab_size: z.int(),
  dim: z.int(),
  n_layers: z.int(),
  n_heads: z.int(),
  hidden_dim: z.int(),
  max_position_embeddings: z.int(),
  activation: z.literal('gelu').default('gelu'),
  id2label: labelMap,
});

/** Reads a Hugging Face `config.json`; `file` is what errors call it. */
export function parseModelConfig(text: string, file: string): ModelConfig {
  const result = z.discriminatedUnion('model_type', [bertConfig, distilbertConfig]).safeParse(parseJson(text, file));
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new UserError(issue.message, {
      place: { file, field: issue.path.join('.') },
      remedy: 'use the config.json of a BERT or DistilBERT model with the exact gelu',
    });
  }
  const config = result.data;
  const common = {
    vocabularySize: config.vocab_size,
    maxPositions: config.max_position_embeddings,
    labels: labelNames(config.id2label),
  };
  return config.model_type === 'bert'
    ? {
        ...common,
        architecture: 'bert',
        layers: config.num_hidden_layers,
        hidden: config.hidden_size,
        heads: config.num_attention_heads,
        intermediate: config.intermediate_size,
        tokenTypes: config.type_vocab_size,
        epsilon: config.layer_norm_eps,
      }
    : {
        ...common,
        architecture: 'distilbert',
        layers: config.n_layers,
        hidden: config.dim,
        heads: config.n_heads,
        intermediate: config.hidden_dim,
        tokenTypes: 0,
        epsilon: 1e-12,
      };
}

/** The `config.json` that transformers, transformers.js and others read. Dropout is what training used. */
export function formatModelConfig(config: ModelConfig, dropout: number): string {
  const labels = {
    id2label: Object.fromEntries(config.labels.map((label, i) => [String(i), label])),
    label2id: Object.fromEntries(config.labels.map((label, i) => [label, i])),
  };
  const common = {
    vocab_size: config.vocabularySize,
    max_position_embeddings: config.maxPositions,
    initializer_range: 0.02,
    pad_token_id: 0,
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
          ...common,
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
          ...common,
          ...labels,
        };
  return `${JSON.stringify(json, null, 2)}\n`;
}

function labelNames(id2label: Record<string, string> | undefined): string[] {
  if (id2label === undefined) return ['LABEL_0', 'LABEL_1'];
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
