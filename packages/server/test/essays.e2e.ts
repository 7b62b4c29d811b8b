import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readCsv } from '@retort/shared';
import { openService, type Service } from '../src/inference/index.ts';
import { inParallel } from './in-parallel.ts';
import { writeRandomModel } from './random-model.ts';
import { nodeArguments } from './source-workers.ts';

/** A CSV file with a column `text`, at least 1,000 rows long, such as those of `data/raw`. They are not ours to ship. */
const { RETORT_ESSAYS: file } = process.env;
const count = 1000;
let folder: string;
let essays: string[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'retort-'));
  // Of the width of MiniLM: a narrower one would not run the kernels of a real model.
  const shape = { dim: 384, n_heads: 12, hidden_dim: 1536, n_layers: 3 };
  const settings = { longTexts: 'head', maxTokens: 256 } as const;
  await writeRandomModel(join(folder, 'dynamic-int8'), settings, { shape });
  await writeRandomModel(join(folder, 'fixed-int8'), { ...settings, batch: 'any' }, { shape, recipe: 'fixed-int8' });
  if (file === undefined) return;
  const { header, rows } = readCsv(file, file);
  const column = header.indexOf('text');
  essays = rows.slice(0, count).map(({ fields }) => fields[column]);
});
afterAll(() => rmSync(folder, { recursive: true }));

const logits = (service: Service, text: string) =>
  service.use(undefined, async (variant) => [...(await variant.read([text]))[0].logits]);

/** The essays' logits, `clients` of them at a time. */
async function readAll(service: Service, clients: number): Promise<number[][]> {
  const read: number[][] = [];
  await inParallel(clients, [...essays.entries()], async ([i, text]) => {
    read[i] = await logits(service, text);
  });
  return read;
}

const given = file === undefined ? describe.skip : describe;
given('1,000 real essays (RETORT_ESSAYS)', () => {
  it.each([
    ['fixed-int8', 'onnx/model.onnx'],
    ['dynamic-int8', 'onnx/model_quantized.onnx'],
    ['fixed-int8', 'onnx/model_quantized.onnx'],
  ])('get the same logits alone and under full load, to the last bit: %s/%s', async (name, onnxFile) => {
    const model = { id: 'model', folder: join(folder, name), onnxFile };
    const common = { watchMs: 0, queueLimit: 2 * count, scratch: join(folder, 'scratch'), nodeArguments };
    const service = await openService({ variants: [{ model }], workers: 2, ...common });
    const alone = await readAll(service, 1);
    const loaded = await readAll(service, count);
    await service.close();
    expect(alone).toHaveLength(count);
    expect(loaded).toEqual(alone);
  });
});
