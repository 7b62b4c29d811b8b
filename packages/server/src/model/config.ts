import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { UserError } from '@retort/shared';
import { z } from 'zod';

const configSchema = z.object({
  architectures: z.array(z.string()).default([]),
  id2label: z.record(z.string(), z.string().min(1)),
  max_position_embeddings: z.int().min(2),
  vocab_size: z.int().min(1).optional(),
  type_vocab_size: z.int().min(1).default(2),
});

const tokenizerSchema = z.object({ model_max_length: z.number().min(2).default(Number.POSITIVE_INFINITY) });

/** What a Hugging Face folder says about its classifier. */
export interface ModelConfig {
  /** Such as `DistilBertForSequenceClassification`; empty where the file does not tell. */
  readonly architecture: string;
  /** In the order of the logits. */
  readonly labels: readonly string[];
  /** Longest input, `[CLS]` and `[SEP]` included. */
  readonly maxTokens: number;
  /** How many ids there are; undefined where the file does not tell. */
  readonly vocabularySize?: number;
  /** How many types of tokens there are, where the model knows types at all. */
  readonly tokenTypes: number;
}

/** Reads `config.json`, and the length limit of `tokenizer_config.json` where there is one. */
export function readModelConfig(folder: string): ModelConfig {
  const path = join(folder, 'config.json');
  const config = readJson(path, configSchema);
  const tokenizerPath = join(folder, 'tokenizer_config.json');
  // Where no limit is known, transformers writes a number of thirty digits.
  const limit = existsSync(tokenizerPath)
    ? readJson(tokenizerPath, tokenizerSchema).model_max_length
    : Number.POSITIVE_INFINITY;
  return {
    architecture: config.architectures[0] ?? '',
    labels: orderLabels(config.id2label, path),
    maxTokens: Math.floor(Math.min(config.max_position_embeddings, limit)),
    vocabularySize: config.vocab_size,
    tokenTypes: config.type_vocab_size,
  };
}

function orderLabels(id2label: Readonly<Record<string, string>>, path: string): string[] {
  const labels = Object.keys(id2label).map((_, id) => id2label[id]);
  const complete = labels.every((label) => label !== undefined);
  if (!complete || labels.length < 2 || new Set(labels).size < labels.length) {
    throw new UserError('the labels must be two or more, numbered from 0, each with a name of its own', {
      place: { file: relative(process.cwd(), path), field: 'id2label' },
      remedy: 'name them as in {"0": "human", "1": "ai"}',
    });
  }
  return labels;
}

function readJson<T>(path: string, schema: z.ZodType<T>): T {
  const file = relative(process.cwd(), path);
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new UserError(`the file cannot be read as JSON: ${(cause as Error).message}`, {
      place: { file },
      remedy: 'name the Hugging Face folder of a classifier: it holds this file',
      cause,
    });
  }
  const result = schema.safeParse(json);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new UserError(issue.message, {
      place: { file, field: issue.path.join('.') },
      remedy: 'restore the file from the model that it belongs to',
      cause: result.error,
    });
  }
  return result.data;
}
