import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { node } from '@retort/onnx';
import type { HostTensor } from './executor.ts';
import { onnxruntimeCpu } from './onnxruntime.ts';
import { testModel } from './testing/model.ts';

/** double = x + x, square = x * x, for x [n] */
const model = testModel([node('Add', ['x', 'x'], ['double']), node('Mul', ['x', 'x'], ['square'])], {
  inputs: [{ name: 'x', type: 'float32', shape: ['n'] }],
  outputs: [
    { name: 'double', type: 'float32', shape: ['n'] },
    { name: 'square', type: 'float32', shape: ['n'] },
  ],
});
const x: HostTensor = { type: 'float32', shape: [3], data: Float32Array.of(1, 2, 3) };

const folder = mkdtempSync(join(tmpdir(), 'retort-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('onnxruntimeCpu', () => {
  it('names its version', () => {
    expect(onnxruntimeCpu.version).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('runs a model from memory', async () => {
    const session = await onnxruntimeCpu.open(model);
    const { double, square } = await session.run({ x });
    expect([[...double.data], [...square.data]]).toEqual([
      [2, 4, 6],
      [1, 4, 9],
    ]);
    await session.close();
  });

  it('runs a model from a file', async () => {
    const path = join(folder, 'model.onnx');
    writeFileSync(path, model);
    const session = await onnxruntimeCpu.open(path);
    expect([session.inputNames, session.outputNames]).toEqual([['x'], ['double', 'square']]);
    await session.close();
  });

  it('computes only the outputs that are asked for', async () => {
    const session = await onnxruntimeCpu.open(model);
    expect(Object.keys(await session.run({ x }, { outputs: ['square'] }))).toEqual(['square']);
    await session.close();
  });

  it('writes outputs into memory that it is given, beside those that it returns', async () => {
    const session = await onnxruntimeCpu.open(model);
    const memory = new Float32Array(5);
    const into = { double: { type: 'float32', shape: [3], data: memory.subarray(1, 4) } } as const;
    const results = await session.run({ x }, { outputs: ['square'], into });
    expect([...memory]).toEqual([0, 2, 4, 6, 0]);
    expect(results.double).toBe(into.double);
    expect([...results.square.data]).toEqual([1, 4, 9]);
    await session.close();
  });

  it('refuses what is no model, and says which file', async () => {
    const path = join(folder, 'broken.onnx');
    writeFileSync(path, 'no model');
    await expect(onnxruntimeCpu.open(path)).rejects.toMatchObject({ name: 'UserError', place: { file: path } });
  });

  it('refuses an input that is missing, by name', async () => {
    const session = await onnxruntimeCpu.open(model);
    await expect(session.run({})).rejects.toThrow(/'x'|"x"/);
    await session.close();
  });
});
