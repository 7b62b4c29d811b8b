import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '@retort/shared';
import { z } from 'zod';
import { SafetensorsFile, type StoredTensor } from './safetensors.ts';

export const weightsFile = 'model.safetensors';
export const indexFile = 'model.safetensors.index.json';

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });

/** The tensors of a model folder, in one file or in several. */
export interface StoredWeights {
  /** What errors call them. */
  readonly path: string;
  readonly names: readonly string[];
  shape(name: string): readonly number[];
  read(name: string): StoredTensor;
  close(): void;
}

/** Opens `model.safetensors`, or the files that `model.safetensors.index.json` names. */
export function openWeights(folder: string): StoredWeights {
  const single = join(folder, weightsFile);
  if (existsSync(single)) return new SafetensorsFile(single);
  const index = join(folder, indexFile);
  if (!existsSync(index)) {
    throw new UserError(`the model folder has no ${weightsFile} and no ${indexFile}`, {
      place: { file: folder },
      remedy: 'put the weights there, in the format of safetensors',
    });
  }
  return openShards(folder, index);
}

/** The files that an index names, each once. They have to lie beside it. */
export function shardFiles(text: string, path: string): string[] {
  return [...new Set(Object.values(parseIndex(text, path)))].sort();
}

function openShards(folder: string, index: string): StoredWeights {
  const map = parseIndex(readFileSync(index, 'utf8'), index);
  const files = new Map<string, SafetensorsFile>();
  const close = () => {
    for (const file of files.values()) file.close();
  };
  const fileOf = (name: string) => {
    const file = files.get(map[name]);
    if (file === undefined) throw faulty(index, `it has no tensor "${name}"`);
    return file;
  };
  try {
    for (const [name, shard] of Object.entries(map)) {
      const path = join(folder, shard);
      if (!existsSync(path)) throw faulty(index, `the file "${shard}", which holds tensor "${name}", is missing`);
      if (!files.has(shard)) files.set(shard, new SafetensorsFile(path));
    }
  } catch (error) {
    close();
    throw error;
  }
  return {
    path: index,
    names: Object.keys(map),
    shape: (name) => fileOf(name).shape(name),
    read: (name) => fileOf(name).read(name),
    close,
  };
}

/** Tensor -> file. */
function parseIndex(text: string, path: string): Record<string, string> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw faulty(path, 'it is not JSON', cause);
  }
  const result = indexSchema.safeParse(json);
  if (!result.success) throw faulty(path, 'it has no weight_map of tensors and files', result.error);
  for (const file of Object.values(result.data.weight_map)) {
    if (!/^\w[\w.-]*\.safetensors$/.test(file)) {
      throw faulty(path, `it names "${file}", which is no safetensors file beside it`);
    }
  }
  return result.data.weight_map;
}

function faulty(path: string, what: string, cause?: unknown): UserError {
  return new UserError(`the index of the weights is faulty: ${what}`, {
    place: { file: path },
    remedy: 'fetch the index and all files that it names again',
    cause,
  });
}
