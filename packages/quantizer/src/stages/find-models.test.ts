import { rmSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Executor, onnxruntimeCpu } from '@retort/runtime';
import { createProgress, type Experiment, openArtifact } from '@retort/shared';
import { labels, makeWorkspace } from '../testing/workspace.ts';
import { findModels } from './find-models.ts';
import { runQuantize } from './quantize.ts';

/** Stands in for a processor on which a row of 64 products of 255 and a weight adds up so. */
function processor(sum: (weight: number) => number): Executor {
  return {
    ...onnxruntimeCpu,
    open: async () => ({
      inputNames: ['a', 'b'],
      outputNames: ['y'],
      run: async ({ b }) => ({ y: { type: 'int32', shape: [1], data: Int32Array.of(sum(Number(b.data[0]))) } }),
      close: async () => {},
    }),
  };
}

describe('a model of 8-bit weights with a twin of 7', () => {
  let experiment: Experiment;
  beforeAll(async () => {
    experiment = await makeWorkspace({ quantization: { reduceRange: false, twin: true } });
    const silent = createProgress({ title: 'test', stream: new PassThrough().resume() });
    await runQuantize(experiment, silent);
  });
  afterAll(() => rmSync(experiment.workspace, { recursive: true }));

  it.each([
    ['saturates', (weight: number) => 32 * (weight > 0 ? 32_767 : -32_768), 'onnx/model_quantized_reduced.onnx'],
    ['is exact', (weight: number) => 64 * 255 * weight, 'onnx/model_quantized.onnx'],
  ])('is reported by the file that the server takes where the processor %s', async (_, sum, file) => {
    const dataset = await openArtifact(experiment.workspace, experiment.name, 'prepare');
    const { models } = await findModels(experiment, dataset, labels, processor(sum));
    const quantized = models.filter(({ name }) => name.endsWith('-int8'));
    expect(quantized.map((model) => model.file.endsWith(file))).toEqual([true, true]);
  });
});
