import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { onnxruntimeCpu } from '@retort/runtime';
import { bertVocabulary, createTokenizer, type ModelSettings, Random } from '@retort/shared';
import type { Service } from '../src/inference/contract.ts';
import { modelInputs } from '../src/inference/run-tensors.ts';
import { openService } from '../src/inference/service.ts';
import { writeRandomModel } from './random-model.ts';
import { nodeArguments } from './source-workers.ts';

const folder = mkdtempSync(join(tmpdir(), 'retort-'));
afterAll(() => rmSync(folder, { recursive: true }));
const settings: ModelSettings = { longTexts: 'windows', maxTokens: 64 };

/** Texts of 3 to some 200 words; every third is short, so that many are of equal length. */
function someTexts(count: number): string[] {
  const words = bertVocabulary().filter((word) => /^[a-z]+$/.test(word));
  const random = new Random(1, 'texts');
  return Array.from({ length: count }, (_, i) => {
    const length = i % 3 === 0 ? 3 + random.integer(12) : 3 + random.integer(200);
    return Array.from({ length }, () => words[random.integer(words.length)]).join(' ');
  });
}

async function withService<T>(onnxFile: string, use: (service: Service) => Promise<T>): Promise<T> {
  await writeRandomModel(join(folder, 'model'), settings);
  const service = await openService({
    variants: [{ model: { id: 'model', folder: join(folder, 'model'), onnxFile } }],
    workers: 2,
    watchMs: 0,
    queueLimit: 1e6,
    scratch: join(folder, 'scratch'),
    nodeArguments,
  });
  try {
    return await use(service);
  } finally {
    await service.close();
  }
}

const logits = (service: Service, text: string) =>
  service.use(undefined, async (variant) => [...(await variant.read([text]))[0].logits]);

describe('1,000 texts', () => {
  it.each(['onnx/model.onnx', 'onnx/model_quantized.onnx'])(
    'get the same logits alone and all at once, to the last bit: %s',
    async (file) => {
      const texts = someTexts(1000);
      const sizes = new Set<number>();
      const [alone, together] = await withService(file, async (service) => {
        const one: number[][] = [];
        for (const text of texts) one.push(await logits(service, text));
        service.observe({ batch: ({ size }) => sizes.add(size) });
        return [one, await Promise.all(texts.map((text) => logits(service, text)))];
      });
      expect(together).toEqual(alone);
      // Of an int8 model each runs alone; of an fp32 one, those of equal length share runs where that changes no bit.
      if (file.includes('quantized')) expect([...sizes]).toEqual([1]);
    },
  );
});

describe('1,000 requests', () => {
  it('are all answered while the folder changes five times and workers are killed', async () => {
    const texts = someTexts(1000);
    const swaps: string[] = [];
    const answers = await withService('onnx/model_quantized.onnx', async (service) => {
      service.observe({ swapped: ({ sha256 }) => swaps.push(sha256) });
      let answered = 0;
      const all = (async () => {
        const results: number[] = [];
        let next = 0;
        const client = async () => {
          while (next < texts.length || swaps.length < 5) {
            results.push((await logits(service, texts[next++ % texts.length])).length);
            answered++;
          }
        };
        await Promise.all(Array.from({ length: 16 }, client));
        return results;
      })();
      for (let change = 2; change <= 6; change++) {
        await writeRandomModel(join(folder, 'model'), settings, { seed: change });
        await service.refresh();
        await service.refresh();
        process.kill(service.stats().pids[0], 'SIGKILL');
      }
      const results = await all;
      return [results.length === answered, answered >= 1000, results.every((length) => length === 2)];
    });
    expect([new Set(swaps).size, ...answers]).toEqual([5, true, true, true]);
  });
});

describe('a model whose compiled file gives other logits, as onnxruntime 1.30 makes of MatMulNBits', () => {
  it('is served by a file that gives its own', async () => {
    const located = { id: 'weights', folder: join(folder, 'weights'), onnxFile: 'onnx/model_quantized.onnx' };
    await writeRandomModel(located.folder, settings, { recipe: 'int8-weights' });
    const service = await openService({
      variants: [{ model: located }],
      workers: 1,
      watchMs: 0,
      scratch: join(folder, 'scratch'),
      nodeArguments,
    });
    const read = await logits(service, 'a short text');
    await service.close();
    const session = await onnxruntimeCpu.open(join(located.folder, located.onnxFile), { threads: 1 });
    const { ids } = createTokenizer(bertVocabulary()).encode('a short text', 64);
    const outputs = await session.run(modelInputs(session.inputNames, [ids]));
    expect(read).toEqual([...outputs.logits.data]);
    await session.close();
  });
});
