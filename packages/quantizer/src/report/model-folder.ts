import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { basename, relative } from 'node:path';
import { UserError } from '@retort/shared';

/** What a model's `config.json` tells that the report needs. */
export interface ModelConfig {
  readonly architecture: string;
  /** In the order of the logits. */
  readonly labels: readonly string[];
}

/** Reads a Hugging Face `config.json`. */
export function readModelConfig(path: string): ModelConfig {
  const config = readJson(path, () => readFileSync(path, 'utf8'));
  const { architectures, id2label } = config;
  if (!isRecord(id2label)) throw damaged(path, 'the file has no id2label');
  const labels = Object.keys(id2label).map((_, i) => id2label[String(i)]);
  if (!labels.every((label) => typeof label === 'string')) {
    throw damaged(path, 'id2label does not number its labels from 0');
  }
  const architecture: unknown = Array.isArray(architectures) ? architectures[0] : undefined;
  return { architecture: typeof architecture === 'string' ? architecture : 'unknown', labels };
}

/** How many weights a safetensors file holds, by its header: 8 bytes of length, then JSON with the shape of each tensor. */
export function countParameters(path: string): number {
  const header = readJson(path, () => readHeader(path));
  let count = 0;
  for (const [name, tensor] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const shape: unknown = isRecord(tensor) ? tensor.shape : undefined;
    if (!Array.isArray(shape)) throw damaged(path, `the tensor "${name}" has no shape`);
    count += shape.reduce((product: number, length: unknown) => product * Number(length), 1);
  }
  return count;
}

function readHeader(path: string): string {
  const file = openSync(path, 'r');
  try {
    const size = Buffer.alloc(8);
    if (readSync(file, size) < 8) throw new Error('it ends within its first 8 bytes');
    const length = Number(size.readBigUInt64LE());
    if (length > 100_000_000) throw new Error(`its header would be of ${length} bytes`); // The format's own limit.
    const header = Buffer.alloc(length);
    if (readSync(file, header) < length) throw new Error('it ends within its header');
    return header.toString('utf8');
  } finally {
    closeSync(file);
  }
}

function readJson(path: string, read: () => string): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(read());
  } catch (cause) {
    throw damaged(path, `${basename(path)} cannot be read: ${cause instanceof Error ? cause.message : cause}`, cause);
  }
  if (!isRecord(json)) throw damaged(path, `${basename(path)} holds no JSON object`);
  return json;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function damaged(path: string, what: string, cause?: unknown): UserError {
  return new UserError(what, {
    place: { file: relative(process.cwd(), path) },
    remedy: 'delete the artifact folder of this model and run its stage again',
    cause,
  });
}
