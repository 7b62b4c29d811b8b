import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { UserError } from '@retort/shared';
import { z } from 'zod';

/** What a folder needs beside its ONNX file to be a model that transformers.js and others open. */
export const companions = [
  'config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'vocab.txt',
] as const;

/** BERT's, where a folder tells no other. */
const usualLongestInput = 512;

const configSchema = z.object({ max_position_embeddings: z.number().min(3).nullish() });
const tokenizerSchema = z.object({ model_max_length: z.number().min(3).nullish() });

/** The longest input of a model, `[CLS]` and `[SEP]` included, by `config.json` and `tokenizer_config.json` of its folder, as far as they tell it. */
export function longestInput(folder: string): number {
  const positions = readPart(join(folder, 'config.json'), configSchema)?.max_position_embeddings;
  const limit = readPart(join(folder, 'tokenizer_config.json'), tokenizerSchema)?.model_max_length;
  // Where no limit is known, transformers writes a number of thirty digits.
  const known = [positions, limit].filter((each) => typeof each === 'number');
  return Math.min(
    ...known,
    known.length === 0 || Math.min(...known) > 1e6 ? usualLongestInput : Number.POSITIVE_INFINITY,
  );
}

/** Copies those of the companions that the folder has. */
export async function copyCompanions(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const file of companions.filter((each) => existsSync(join(from, each)))) {
    await copyFile(join(from, file), join(to, file));
  }
}

function readPart<T>(path: string, schema: z.ZodType<T>): T | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new UserError(`${relative(dirname(path), path)} cannot be read: ${(cause as Error).message}`, {
      place: { file: relative(process.cwd(), path) },
      remedy: 'restore the file from the model that it belongs to',
      cause,
    });
  }
}
