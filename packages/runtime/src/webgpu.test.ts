/** @jest-environment ../../tools/jest/software-gpu.js */
import { afterAll, describe, expect, it } from '@jest/globals';
import { node } from '@retort/onnx';
import type { DeviceTensor, HostTensor } from './executor.ts';
import { testModel } from './testing/model.ts';
import { onnxruntimeWebgpu, openingError, runError } from './webgpu.ts';

/** double = x + x, square = x * x, for x [n] */
const model = testModel([node('Add', ['x', 'x'], ['double']), node('Mul', ['x', 'x'], ['square'])], {
  inputs: [{ name: 'x', type: 'float32', shape: ['n'] }],
  outputs: ['double', 'square'].map((name) => ({ name, type: 'float32', shape: ['n'] })),
});
const x: HostTensor = { type: 'float32', shape: [3], data: Float32Array.of(1, 2, 3) };

async function openGpu() {
  try {
    return await onnxruntimeWebgpu.openOnDevice(model, ['double']);
  } catch (error) {
    return (error as Error).message;
  }
}

const session = await openGpu();

if (typeof session !== 'string') {
  describe('a session on a GPU', () => {
    afterAll(() => session.close());
    let double: DeviceTensor;

    it('keeps outputs there, and brings the others back', async () => {
      const { host, device } = await session.run({ x });
      expect([...host.square.data]).toEqual([1, 4, 9]);
      expect(Object.keys(device)).toEqual(['double']);
      double = device.double;
      expect([double.type, double.shape]).toEqual(['float32', [3]]);
    });

    it('reads what another run has left there, until it is given back', async () => {
      const next = await session.run({ x: double });
      double.dispose();
      next.device.double.dispose();
      expect([...next.host.square.data]).toEqual([4, 16, 36]);
    });

    it('runs graphs that need no tensors to stay, like any executor', async () => {
      const plain = await onnxruntimeWebgpu.open(model);
      const results = await plain.run({ x }, { outputs: ['double'] });
      await plain.close();
      expect([...results.double.data]).toEqual([2, 4, 6]);
    });
  });
} else {
  describe('a session on a GPU', () => {
    it(`not run: ${session}`, () => {
      expect(session).not.toBe('');
    });
  });
}

/** Messages of onnxruntime 1.30. */
describe('the errors of a GPU', () => {
  it('tell what to do where there is none', () => {
    const message = 'adapter_result.status was false. Failed to get a WebGPU adapter: No supported adapters';
    expect(openingError(new Error(message))).toMatchObject({
      message: 'WebGPU finds no graphics processor here',
      remedy: expect.stringMatching(/driver.*or use the device cpu$/),
    });
  });

  it('are said as they are where the graph is the reason', () => {
    const error = new Error('no ONNX file');
    expect(openingError(error)).toBe(error);
  });

  it('tell of too little memory', () => {
    const message =
      'WebGPU validation failed. Buffer size (3145728000) exceeds the max buffer size limit (1073741824).\n';
    expect(runError(new Error(message))).toMatchObject({
      message: expect.stringMatching(/^the graphics processor has too little memory: WebGPU .*\(1073741824\)\.$/),
      remedy: 'use smaller batches or shorter texts, or the device cpu',
    });
  });

  it('tell of a device that was lost', () => {
    expect(runError(new Error('Device is lost.'))).toMatchObject({
      message: 'the graphics processor failed: Device is lost.',
      remedy: 'run it again, or use the device cpu',
    });
  });
});
