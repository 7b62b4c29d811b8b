import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { onnxruntimeCpu } from '@retort/runtime';
import { type Model, readModelFolder } from '../checkpoint/model-folder.ts';
import { readSafetensors, type StoredTensor } from '../checkpoint/safetensors.ts';
import type { EngineOptions, TrainingEngine } from '../engine/engine.ts';
import { createEngine } from '../engine/onnxruntime.ts';
import type { LossTerms } from '../losses/losses.ts';

/** Path of a file or folder of `golden/`: values that PyTorch gave (see the README there). */
export function goldenPath(name: string): string {
  return fileURLToPath(new URL(`../../golden/${name}`, import.meta.url));
}

export function goldenModel(set: string): Model {
  return readModelFolder(goldenPath(set));
}

export function goldenTensors(file: string): Map<string, StoredTensor> {
  return readSafetensors(goldenPath(file));
}

export function goldenJson(file: string): unknown {
  return JSON.parse(readFileSync(goldenPath(file), 'utf8'));
}

/** Options of an engine without dropout, of one thread. */
export function plainOptions(
  { config, parameters }: Model,
  losses: LossTerms,
  batch = { size: 8, length: 24 },
): EngineOptions {
  return {
    config,
    parameters,
    losses,
    dropout: 0,
    seed: 1,
    batchSize: batch.size,
    maxTokens: batch.length,
    threads: 1,
  };
}

export function plainEngine(...model: Parameters<typeof plainOptions>): Promise<TrainingEngine> {
  return createEngine(onnxruntimeCpu, plainOptions(...model));
}

/** The texts of a padded batch, without the padding. */
export function withoutPadding(batch: { input_ids: number[][]; attention_mask: number[][] }): Int32Array[] {
  return batch.input_ids.map((ids, i) => Int32Array.from(ids.filter((_, j) => batch.attention_mask[i][j] === 1)));
}

/** Rows of one 1 each: [labels.length, count]. */
export function oneHot(labels: readonly number[], count: number): Float32Array {
  return Float32Array.from(labels.flatMap((label) => Array.from({ length: count }, (_, i) => (i === label ? 1 : 0))));
}

/** |a - b| / |b|, Euclidean. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let difference = 0;
  let size = 0;
  for (let i = 0; i < expected.length; i++) {
    difference += (actual[i] - expected[i]) ** 2;
    size += expected[i] ** 2;
  }
  return Math.sqrt(difference) / Math.max(Math.sqrt(size), 1e-12);
}
