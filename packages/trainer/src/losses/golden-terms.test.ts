import { describe, expect, it } from '@jest/globals';
import { loadTensorFlow } from '../engine/tfjs/load.ts';
import { createTfjsEngine } from '../engine/tfjs/tfjs-engine.ts';
import { type MakeEngine, onnxruntimeEngine, worstError } from '../testing/golden-run.ts';
import { runGoldenTerms } from '../testing/golden-terms.ts';

const { tf } = loadTensorFlow(['@tensorflow/tfjs']);
const engines: [string, MakeEngine][] = [
  ['onnxruntime', onnxruntimeEngine],
  ['TensorFlow.js', async (options) => createTfjsEngine(tf, options)],
];
const cases = [
  'hidden-cosine',
  'hidden-mse',
  'hidden-cls',
  'attention-kl',
  'attention-mse',
  'relations',
  'all',
  'narrow',
] as const;

describe.each(engines)('the terms of a distillation loss on %s, against PyTorch', (_, makeEngine) => {
  it.each(cases)('%s: the loss, and the gradient of every parameter', async (name) => {
    const { step, loss, gradients, golden } = await runGoldenTerms(makeEngine, name);
    expect(step.loss).toBeCloseTo(loss, 5);
    expect([...gradients.keys()].sort()).toEqual([...golden.keys()].sort());
    expect(worstError(gradients, golden)).toBeLessThan(1e-4);
  });
});
