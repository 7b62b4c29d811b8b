import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeModel } from '@retort/onnx';
import { onnxruntimeCpu } from '@retort/runtime';
import { createTokenizer, tokenizerFiles } from '@retort/shared';
import type { Model } from '../checkpoint/model-folder.ts';
import { type StoredTensor, writeSafetensors } from '../checkpoint/safetensors.ts';
import { exportGraph } from '../engine/graphs.ts';
import { goldenPath, goldenTensors } from './golden.ts';

export type Architecture = 'bert' | 'distilbert';

/** Sixty tokens, as many as the golden models know. */
export const goldenVocabulary = [
  ...['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'],
  ...['the', 'sea', 'lay', 'under', 'a', 'grey', 'sky', 'all', 'day', 'gale', 'breeze'],
  ...Array.from({ length: 44 }, (_, i) => `[unused${i}]`),
];

/**
 * Writes a checkpoint: the golden model of an architecture with its tensors changed, as one file or as several with an
 * index, with its configuration changed, and with a tokenizer.
 */
export async function writeCheckpoint(
  folder: string,
  architecture: Architecture,
  changes: {
    readonly tensors?: (tensors: Map<string, StoredTensor>) => ReadonlyMap<string, StoredTensor>;
    readonly config?: object;
    readonly shards?: number;
    readonly vocabulary?: readonly string[];
  } = {},
): Promise<string> {
  const golden = `pretrained-${architecture}`;
  const { tensors: change = (same) => same, config, shards = 1, vocabulary = goldenVocabulary } = changes;
  mkdirSync(folder, { recursive: true });
  copyFileSync(goldenPath(`${golden}/config.json`), join(folder, 'config.json'));
  if (config !== undefined) writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  const files = tokenizerFiles(createTokenizer(vocabulary), 24, architecture);
  for (const name of ['vocab.txt', 'tokenizer_config.json']) writeFileSync(join(folder, name), files[name]);
  const tensors = [...change(goldenTensors(`${golden}/F32.safetensors`))];
  if (shards === 1) {
    await writeSafetensors(join(folder, 'model.safetensors'), new Map(tensors));
    return folder;
  }
  const map: Record<string, string> = {};
  for (let shard = 0; shard < shards; shard++) {
    const name = `model-0000${shard + 1}-of-0000${shards}.safetensors`;
    const part = tensors.filter((_, i) => i % shards === shard);
    for (const [tensor] of part) map[tensor] = name;
    await writeSafetensors(join(folder, name), new Map(part));
  }
  writeFileSync(join(folder, 'model.safetensors.index.json'), JSON.stringify({ metadata: {}, weight_map: map }));
  return folder;
}

/** Logits of the exported model for padded rows: [rows, labels]. */
export async function exportedLogits(
  { config, parameters }: Model,
  batch: { input_ids: number[][]; attention_mask: number[][] },
): Promise<number[]> {
  const session = await onnxruntimeCpu.open(writeModel(exportGraph(config, parameters)), { threads: 1 });
  const shape = [batch.input_ids.length, batch.input_ids[0].length];
  const tensor = (rows: number[][]) =>
    ({ type: 'int64', shape, data: BigInt64Array.from(rows.flat(), BigInt) }) as const;
  const types = { token_type_ids: tensor(batch.input_ids.map((row) => row.map(() => 0))) };
  const { logits } = await session.run({
    input_ids: tensor(batch.input_ids),
    attention_mask: tensor(batch.attention_mask),
    ...(config.tokenTypes > 0 ? types : {}),
  });
  await session.close();
  return Array.from(logits.data, Number);
}
