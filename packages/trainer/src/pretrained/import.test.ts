import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { StoredTensor } from '../checkpoint/safetensors.ts';
import { type Architecture, exportedLogits, writeCheckpoint } from '../testing/checkpoints.ts';
import { goldenJson, goldenPath } from '../testing/golden.ts';
import { describeImport, importModel } from './import.ts';
import { sinusoidalPositions } from './sinusoidal.ts';

interface Golden {
  readonly input_ids: number[][];
  readonly attention_mask: number[][];
  readonly logits: Record<string, number[][]>;
}
const golden = (architecture: Architecture) => goldenJson(`pretrained-${architecture}/logits.json`) as Golden;
const labels = { bert: ['a', 'b'], distilbert: ['a', 'b', 'c'] };
const architectures: Architecture[] = ['bert', 'distilbert'];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'retort-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function expectGoldenLogits(architecture: Architecture, dtype = 'F32') {
  const { logits, ...batch } = golden(architecture);
  const ours = await exportedLogits(importModel(folder, { labels: labels[architecture], seed: 1 }), batch);
  const differences = logits[dtype].flat().map((value, i) => Math.abs(value - ours[i]));
  expect(differences).toHaveLength(ours.length);
  expect(Math.max(...differences)).toBeLessThan(1e-5);
}

const renamed = (change: (name: string) => string) => (tensors: Map<string, StoredTensor>) =>
  new Map([...tensors].map(([name, tensor]) => [change(name), tensor]));
const without =
  (...parts: string[]) =>
  (tensors: Map<string, StoredTensor>) =>
    new Map([...tensors].filter(([name]) => !parts.some((part) => name.includes(part))));
const also = (name: string, shape: number[]) => (tensors: Map<string, StoredTensor>) =>
  tensors.set(name, { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) });

describe('importModel', () => {
  it.each(
    architectures.flatMap((architecture) => ['F32', 'F16', 'BF16'].map((dtype) => [architecture, dtype] as const)),
  )('gives the logits of transformers: %s in %s', async (architecture, dtype) => {
    for (const [from, to] of [
      ['config.json', 'config.json'],
      [`${dtype}.safetensors`, 'model.safetensors'],
    ])
      copyFileSync(goldenPath(`pretrained-${architecture}/${from}`), join(folder, to));
    await expectGoldenLogits(architecture, dtype);
  });

  it.each(architectures)('reads weights in several files: %s', async (architecture) => {
    await writeCheckpoint(folder, architecture, { shards: 3 });
    await expectGoldenLogits(architecture);
  });

  it.each(architectures)('reads names without the architecture before them: %s', async (architecture) => {
    await writeCheckpoint(folder, architecture, {
      tensors: renamed((name) => name.replace(`${architecture}.`, '')),
    });
    await expectGoldenLogits(architecture);
  });

  it('reads the gamma and beta of old checkpoints', async () => {
    const old = (name: string) =>
      name.replace(/LayerNorm\.weight$/, 'LayerNorm.gamma').replace(/LayerNorm\.bias$/, 'LayerNorm.beta');
    await writeCheckpoint(folder, 'bert', { tensors: renamed(old) });
    await expectGoldenLogits('bert');
  });

  it('takes no notice of buffers, and lists what else it does not use', async () => {
    const extra = (tensors: Map<string, StoredTensor>) =>
      also('cls.predictions.bias', [60])(also('bert.embeddings.position_ids', [1, 24])(tensors));
    await writeCheckpoint(folder, 'bert', { tensors: extra });
    expect(importModel(folder, { labels: labels.bert, seed: 1 })).toMatchObject({
      random: [],
      unused: ['cls.predictions.bias'],
    });
  });

  it('starts what the head lacks from random numbers, and lists it', async () => {
    await writeCheckpoint(folder, 'bert', { tensors: without('pooler', 'classifier') });
    const { random } = importModel(folder, { labels: labels.bert, seed: 1 });
    expect(random).toEqual([
      'bert.pooler.dense.weight',
      'bert.pooler.dense.bias',
      'classifier.weight',
      'classifier.bias',
    ]);
  });

  it('draws the random parts from the seed', async () => {
    await writeCheckpoint(folder, 'bert', { tensors: without('pooler') });
    const pooler = (seed: number) =>
      importModel(folder, { labels: labels.bert, seed }).parameters.get('bert.pooler.dense.weight');
    expect(pooler(1)).toEqual(pooler(1));
    expect(pooler(1)).not.toEqual(pooler(2));
  });

  it('makes a new classifier for another number of labels', async () => {
    await writeCheckpoint(folder, 'distilbert');
    const { config, parameters, random } = importModel(folder, { labels: ['x', 'y', 'z', 'w'], seed: 1 });
    expect(config.labels).toEqual(['x', 'y', 'z', 'w']);
    expect(parameters.get('classifier.weight')?.shape).toEqual([4, 16]);
    expect(random).toEqual(['classifier.weight', 'classifier.bias']);
  });

  it('refuses a tensor of another shape by name', async () => {
    await writeCheckpoint(folder, 'bert', { tensors: also('bert.encoder.layer.1.output.dense.weight', [16, 31]) });
    expect(() => importModel(folder, { labels: labels.bert, seed: 1 })).toThrow(
      'tensor "bert.encoder.layer.1.output.dense.weight" has shape [16,31], config.json asks for [16,32]',
    );
  });

  it('refuses a checkpoint that lacks tensors of the encoder, and names them', async () => {
    await writeCheckpoint(folder, 'bert', { tensors: without('layer.1.') });
    expect(() => importModel(folder, { labels: labels.bert, seed: 1 })).toThrow(
      /^the checkpoint has no bert\.encoder\.layer\.1\.attention\.self\.query\.weight, .* and 11 more$/,
    );
  });

  it('refuses elements of a type that it does not read, by name', async () => {
    await writeCheckpoint(folder, 'bert');
    const header = Buffer.from(
      '{"bert.embeddings.word_embeddings.weight":{"dtype":"F64","shape":[60,16],"data_offsets":[0,7680]}}',
    );
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    writeFileSync(join(folder, 'model.safetensors'), Buffer.concat([length, header, Buffer.alloc(7680)]));
    expect(() => importModel(folder, { labels: labels.bert, seed: 1 })).toThrow(
      'tensor "bert.embeddings.word_embeddings.weight" has elements of type F64',
    );
  });

  it('computes sinusoidal positions where the weights have none', async () => {
    await writeCheckpoint(folder, 'distilbert', {
      tensors: without('position_embeddings'),
      config: { ...(goldenJson('pretrained-distilbert/config.json') as object), sinusoidal_pos_embds: true },
    });
    const { parameters } = importModel(folder, { labels: labels.distilbert, seed: 1 });
    const table = parameters.get('distilbert.embeddings.position_embeddings.weight')?.data ?? [];
    expect([table[0], table[1], table[16]]).toEqual([0, 1, Math.fround(Math.sin(1))]);
  });

  it.each(['../other.safetensors', '/etc/model.safetensors', 'sub/model.safetensors', 'model.bin'])(
    'refuses an index that names %s',
    async (file) => {
      await writeCheckpoint(folder, 'bert', { shards: 2 });
      const index = JSON.stringify({ weight_map: { 'classifier.bias': file } });
      writeFileSync(join(folder, 'model.safetensors.index.json'), index);
      expect(() => importModel(folder, { labels: labels.bert, seed: 1 })).toThrow(`it names "${file}"`);
    },
  );

  it('names a file of the index that is missing', async () => {
    await writeCheckpoint(folder, 'bert', { shards: 2 });
    rmSync(join(folder, 'model-00002-of-00002.safetensors'));
    expect(() => importModel(folder, { labels: labels.bert, seed: 1 })).toThrow(
      'the file "model-00002-of-00002.safetensors", which holds tensor',
    );
  });
});

describe('describeImport', () => {
  it('tells what was taken, what is random and what is left', async () => {
    const tensors = (given: Map<string, StoredTensor>) => also('cls.bias', [1])(without('classifier')(given));
    await writeCheckpoint(folder, 'bert', { tensors });
    expect(describeImport(importModel(folder, { labels: labels.bert, seed: 1 }))).toBe(
      '39 tensors taken; 2 start from random numbers (classifier.weight, classifier.bias); 1 not used (cls.bias)',
    );
  });
});

describe('sinusoidalPositions', () => {
  it('is sin and cos of the same angle in turn', () => {
    const table = sinusoidalPositions(3, 4);
    const expected = [Math.sin(2), Math.cos(2), Math.sin(0.02), Math.cos(0.02)].map(Math.fround);
    expect([...table.subarray(8)]).toEqual(expected);
  });
});
