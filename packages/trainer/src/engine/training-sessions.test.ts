import { describe, expect, it } from '@jest/globals';
import { writeModel } from '@retort/onnx';
import { onnxruntimeCpu, type SessionOptions } from '@retort/runtime';
import { GraphTrace } from '../ops/tracer.ts';
import { openTraining } from './training-sessions.ts';

const trace = new GraphTrace();
const model = writeModel(trace.finish('nothing', { y: trace.input('x', 'float32', [1]) }));

/** Sessions of 16 texts of at most `maxTokens`, and what they were opened with. */
async function sessions(name: string, maxTokens = 128) {
  const opened: SessionOptions['shapes'][] = [];
  const executor = {
    ...onnxruntimeCpu,
    name,
    open: (bytes: string | Uint8Array, options: SessionOptions = {}) => {
      opened.push(options.shapes ?? 'any');
      return onnxruntimeCpu.open(bytes, options);
    },
  };
  return { opened, training: await openTraining(executor, model, {}, { batchSize: 16, maxTokens }) };
}

describe('openTraining', () => {
  it('has one session for all shapes', async () => {
    const { opened, training } = await sessions('onnxruntime');
    await training.for({ size: 16, length: 128 });
    await training.for({ size: 3, length: 7 });
    expect(opened).toEqual(['any']);
    await training.close();
  });

  it('has another for full batches by OpenVINO, each opened when it is needed first', async () => {
    const { opened, training } = await sessions('openvino');
    expect(opened).toEqual([]);
    const full = await training.for({ size: 16, length: 128 });
    expect(await training.for({ size: 16, length: 128 })).toBe(full);
    expect(opened).toEqual(['fixed']);
    expect(await training.for({ size: 16, length: 127 })).not.toBe(full);
    await training.for({ size: 15, length: 128 });
    expect(opened).toEqual(['fixed', 'any']);
    await training.close();
  });

  it('takes as many long texts for a full batch as are read at once', async () => {
    const { opened, training } = await sessions('openvino', 512);
    await training.for({ size: 4, length: 512 });
    expect(opened).toEqual(['fixed']);
    await training.close();
  });
});
