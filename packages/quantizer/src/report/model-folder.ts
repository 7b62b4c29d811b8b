import { readFileSync } from 'node:fs';
import { basename, relative } from 'node:path';
import { readModel } from '@retort/onnx';
import { UserError } from '@retort/shared';

const weightTypes: ReadonlySet<string> = new Set(['float32', 'int8', 'uint8']);

/** What a model's `config.json` tells that the report needs. */
export interface ModelConfig {
  readonly architecture: string;
  /** In the order of the logits. */
  readonly labels: readonly string[];
}

/** Reads a Hugging Face `config.json`. */
export function readModelConfig(path: string): ModelConfig {
  const config = readJson(path);
  const { architectures, id2label } = config;
  if (!isRecord(id2label)) throw damaged(path, 'the file has no id2label');
  const labels = Object.keys(id2label).map((_, i) => id2label[String(i)]);
  if (!labels.every((label) => typeof label === 'string')) {
    throw damaged(path, 'id2label does not number its labels from 0');
  }
  const architecture: unknown = Array.isArray(architectures) ? architectures[0] : undefined;
  return { architecture: typeof architecture === 'string' ? architecture : 'unknown', labels };
}

/**
 * How many weights an ONNX model has: what its metadata says, as in models of ours; in others its float32 and 8-bit constants, but for the scalars of its formulas. In a
 * quantized one of those scales count too, and two weights of 4 bits as one.
 */
export function countParameters(path: string): number {
  const { graph, metadata } = readModel(readFileSync(path), relative(process.cwd(), path));
  const told = Number(metadata['retort.parameters']);
  if (Number.isSafeInteger(told) && told > 0) return told;
  let count = 0;
  for (const { type, shape } of graph.initializers.values()) {
    if (weightTypes.has(type) && shape.length > 0) count += shape.reduce((product, length) => product * length, 1);
  }
  return count;
}

function readJson(path: string): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
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
