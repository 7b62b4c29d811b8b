import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { UserError } from '../errors.ts';
import { createTokenizer, type Tokenizer } from './tokenizer.ts';

const configSchema = z.object({
  do_lower_case: z.boolean().nullish(),
  strip_accents: z.boolean().nullish(),
  tokenize_chinese_chars: z.boolean().nullish(),
});

/** The parts of a `tokenizer.json` that a BERT tokenizer may choose, and what the others have to be. */
const jsonSchema = z.object({
  added_tokens: z.array(z.object({ id: z.int().min(0), content: z.string() })).nullish(),
  normalizer: z
    .object({
      type: z.literal('BertNormalizer'),
      lowercase: z.boolean().nullish(),
      strip_accents: z.boolean().nullish(),
      handle_chinese_chars: z.boolean().nullish(),
    })
    .nullish(),
  pre_tokenizer: z.object({ type: z.literal('BertPreTokenizer') }).nullish(),
  model: z.object({
    type: z.literal('WordPiece').optional(),
    vocab: z.record(z.string(), z.int().min(0)),
    continuing_subword_prefix: z.literal('##').optional(),
    max_input_chars_per_word: z.literal(100).optional(),
  }),
});

/**
 * The tokenizer of a Hugging Face model folder: the words of `vocab.txt`, or of `tokenizer.json`; the settings of
 * `tokenizer_config.json`, and those that it leaves open of `tokenizer.json`.
 */
export function loadTokenizer(folder: string): Tokenizer {
  const vocabularyPath = join(folder, 'vocab.txt');
  const jsonPath = join(folder, 'tokenizer.json');
  if (!existsSync(vocabularyPath) && !existsSync(jsonPath)) {
    throw new UserError('the model folder has no vocab.txt and no tokenizer.json', {
      place: { file: relative(process.cwd(), vocabularyPath) },
      remedy: 'put one of the two there, from the BERT or DistilBERT model that the folder holds',
    });
  }
  const json = readJson(jsonPath, jsonSchema);
  const config = readJson(join(folder, 'tokenizer_config.json'), configSchema);
  const vocabulary = existsSync(vocabularyPath) ? readLines(vocabularyPath) : json && words(json, jsonPath);
  const normalizer = json?.normalizer;
  const lowercase = config?.do_lower_case ?? normalizer?.lowercase ?? true;
  return createTokenizer(vocabulary ?? [], {
    lowercase,
    stripAccents: config?.strip_accents ?? normalizer?.strip_accents ?? lowercase,
    chineseCharacters: config?.tokenize_chinese_chars ?? normalizer?.handle_chinese_chars ?? true,
  });
}

function readLines(path: string): string[] {
  const lines = readFileSync(path, 'utf8').split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** The tokens in the order of their ids, which have to be 0, 1, 2 and so on. */
function words({ model, added_tokens: added }: z.output<typeof jsonSchema>, path: string): string[] {
  const byId = new Map(Object.entries(model.vocab).map(([token, id]) => [id, token]));
  for (const { id, content } of added ?? []) byId.set(id, content);
  return Array.from({ length: byId.size }, (_, id) => {
    const token = byId.get(id);
    if (token !== undefined) return token;
    throw faulty(path, `of ${byId.size} tokens none has the id ${id}`, 'model.vocab');
  });
}

/** A JSON file of the folder; undefined if it is not there. */
function readJson<T>(path: string, schema: z.ZodType<T>): T | undefined {
  if (!existsSync(path)) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw faulty(path, `the file is not JSON: ${(cause as Error).message}`, undefined, cause);
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw faulty(path, issue.message, issue.path.join('.'), result.error);
}

function faulty(path: string, what: string, field?: string, cause?: unknown): UserError {
  return new UserError(what, {
    place: { file: relative(process.cwd(), path), field },
    remedy: 'restore the file from the model that it belongs to: one of BERT or DistilBERT, with a WordPiece tokenizer',
    cause,
  });
}
