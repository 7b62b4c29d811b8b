import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { elementCode, int, type Node, node, tensorOf } from '@retort/onnx';
import type { HostTensor } from '../executor.ts';
import { testModel } from '../testing/model.ts';
import { hasOpenVino } from '../testing/openvino.ts';
import { poolSessionOptions } from './compile.ts';
import { SessionWorker } from './worker-client.ts';

const typescript = new URL('../../../../tools/jest/typescript.js', import.meta.url);
const nodeArguments = ['--no-warnings', '--conditions=@retort/source', '--import', typescript.href];

/** length: how many columns `input_ids` [texts, tokens] has, and tokens: the sum of its mask; `more` nodes make of float32 [1] "length" what comes out as "read". */
const countingModel = (more: readonly Node[]) =>
  testModel(
    [
      node('Shape', ['input_ids'], ['columns'], { start: int(1), end: int(2) }),
      node('Cast', ['columns'], ['length'], { to: int(elementCode('float32')) }),
      ...more,
      node('Cast', ['attention_mask'], ['mask'], { to: int(elementCode('float32')) }),
      node('ReduceSum', ['mask', 'axes'], ['tokens'], { keepdims: int(0) }),
    ],
    {
      inputs: ['input_ids', 'attention_mask'].map((name) => ({ name, type: 'int64', shape: ['texts', 'tokens'] })),
      outputs: [
        { name: 'read', type: 'float32', shape: [1] },
        { name: 'tokens', type: 'float32', shape: ['texts'] },
      ],
      initializers: new Map([
        ['step', tensorOf('float32', [], Float32Array.of(1))],
        ['zero', tensorOf('uint8', [], Uint8Array.of(0))],
        ['axes', tensorOf('int64', [1], BigInt64Array.of(1n))],
      ]),
    },
  );

const models = {
  fp32: countingModel([node('Identity', ['length'], ['read'])]),
  int8: countingModel([
    node('QuantizeLinear', ['length', 'step', 'zero'], ['length8']),
    node('DequantizeLinear', ['length8', 'step', 'zero'], ['read']),
  ]),
};

/** What workers are told: with AMX, int8 would be computed without int8 products, and be fp32. */
const environment = { RETORT_PRECISION: 'fp32', ONEDNN_MAX_CPU_ISA: 'AVX2' };
const before = Object.fromEntries(Object.keys(environment).map((name) => [name, process.env[name] ?? '']));
let folder: string;
beforeAll(() => {
  Object.assign(process.env, environment);
  folder = mkdtempSync(join(tmpdir(), 'retort-'));
  for (const [name, model] of Object.entries(models)) writeFileSync(join(folder, `${name}.onnx`), model);
});
afterAll(() => {
  Object.assign(process.env, before);
  rmSync(folder, { recursive: true });
});

/** What a worker that opens the model gives for one text of 5 tokens. */
async function counts(model: keyof typeof models, device: 'openvino' | 'cpu', longest?: number): Promise<number[]> {
  const worker = new SessionWorker('process', nodeArguments, () => undefined);
  const ones: HostTensor = { type: 'int64', shape: [1, 5], data: new BigInt64Array(5).fill(1n) };
  try {
    await worker.open('model', join(folder, `${model}.onnx`), poolSessionOptions(device, { longest }));
    return await new Promise((resolve, reject) => {
      const inputs = { input_ids: ones, attention_mask: ones };
      const done = ({ outputs }: { outputs: Record<string, HostTensor> }) =>
        resolve([Number(outputs.read.data[0]), Number(outputs.tokens.data[0])]);
      worker.run(
        { model: 'model', inputs, outputs: ['read', 'tokens'], resolve: done, reject },
        () => undefined,
        reject,
      );
    });
  } finally {
    worker.handle.kill();
  }
}

(hasOpenVino ? describe : describe.skip)('a worker that computes by OpenVINO', () => {
  it('pads the inputs of an int8 model to lengths that come again, under their mask', async () => {
    expect(await counts('int8', 'openvino', 512)).toEqual([32, 5]);
  });

  it('pads no further than the model reads', async () => {
    expect(await counts('int8', 'openvino', 7)).toEqual([7, 5]);
  });

  it('pads nothing in fp32', async () => {
    expect(await counts('fp32', 'openvino', 512)).toEqual([5, 5]);
  });

  it('pads nothing where nobody says what the model takes', async () => {
    expect(await counts('int8', 'openvino')).toEqual([5, 5]);
  });
});

describe('a worker that computes by onnxruntime', () => {
  it('pads nothing in int8', async () => {
    expect(await counts('int8', 'cpu', 512)).toEqual([5, 5]);
  });
});
