import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { writeModel } from '@retort/onnx';
import { onnxruntimeCpu } from '@retort/runtime';
import { findWorkspace, loadTokenizer } from '@retort/shared';
import { collate } from '../data/batches.ts';
import { evaluationGraph, names } from '../engine/graphs.ts';
import { outputName } from '../model/outputs.ts';
import { goldenJson, goldenTensors } from '../testing/golden.ts';
import { importModel } from './import.ts';

const name = 'sentence-transformers/all-MiniLM-L6-v2';
const folder = join(findWorkspace(import.meta.dirname), 'models', name);
const { sentences, ids: goldenIds } = goldenJson('sentence-embeddings/sentences.json') as {
  sentences: string[];
  ids: number[][];
};

/** Mean of the last hidden states under the mask, scaled to length 1, of each sentence: [sentences, hidden]. */
async function embed(): Promise<number[][]> {
  const tokenizer = loadTokenizer(folder);
  const { config, parameters } = importModel(folder, { labels: ['a', 'b'], seed: 1 });
  const encoded = sentences.map((text) => tokenizer.encode(text, 128).ids);
  const batch = collate(encoded, Array.from(encoded.keys()), tokenizer.padId);
  const states = { kind: 'hidden_states', state: config.layers } as const;
  const session = await onnxruntimeCpu.open(writeModel(evaluationGraph(config, undefined, undefined, [states])));
  const weights = [...parameters].map(([key, { shape, data }]) => [key, { type: 'float32', shape, data } as const]);
  const shape = [batch.size, batch.length];
  const {
    [outputName(states)]: { data },
  } = await session.run({
    ...Object.fromEntries(weights.filter(([key]) => session.inputNames.includes(String(key)))),
    [names.uniqueIds]: { type: 'int64', shape: [batch.uniqueIds.length], data: batch.uniqueIds },
    [names.tokens]: { type: 'int64', shape, data: batch.tokens },
    [names.mask]: { type: 'float32', shape, data: batch.mask },
  });
  await session.close();
  return batch.indices.map((_, row) => {
    const sum = new Array<number>(config.hidden).fill(0);
    for (let token = 0; token < batch.length; token++) {
      const offset = (row * batch.length + token) * config.hidden;
      const kept = batch.mask[row * batch.length + token];
      for (let i = 0; i < config.hidden; i++) sum[i] += kept * Number(data[offset + i]);
    }
    const length = Math.hypot(...sum);
    return sum.map((value) => value / length);
  });
}

if (existsSync(folder)) {
  describe(name, () => {
    it('cuts sentences into the tokens of transformers', () => {
      const tokenizer = loadTokenizer(folder);
      expect(sentences.map((text) => [...tokenizer.encode(text, 128).ids])).toEqual(goldenIds);
    });

    it('gives the sentence embeddings of transformers', async () => {
      const expected = goldenTensors('sentence-embeddings/embeddings.safetensors').get('embeddings')?.data ?? [];
      const ours = (await embed()).flat();
      expect(ours).toHaveLength(expected.length);
      expect(Math.max(...ours.map((value, i) => Math.abs(value - expected[i])))).toBeLessThan(1e-4);
    }, 60_000);
  });
} else {
  describe(name, () => {
    it(`not run: models/${name} is missing`, () => {
      expect(existsSync(folder)).toBe(false);
    });
  });
}
