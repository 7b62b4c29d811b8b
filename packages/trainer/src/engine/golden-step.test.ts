import { describe, expect, it } from '@jest/globals';
import { goldenJson, relativeError } from '../testing/golden.ts';
import { type MakeEngine, onnxruntimeEngine, runGolden, worstError } from '../testing/golden-run.ts';
import { loadTensorFlow } from './tfjs/load.ts';
import { createTfjsEngine } from './tfjs/tfjs-engine.ts';

// TensorFlow.js in plain JavaScript: it is there on every machine.
const { tf } = loadTensorFlow(['@tensorflow/tfjs']);
const engines: [string, MakeEngine][] = [
  ['onnxruntime', onnxruntimeEngine],
  ['TensorFlow.js', async (options) => createTfjsEngine(tf, options)],
];

describe.each(engines)('a step of a 2-layer BERT on %s, against PyTorch', (_, makeEngine) => {
  const run = runGolden(makeEngine, 'bert-gradient', { hard: 1, soft: 0, temperature: 1 });
  const { loss, gradientNorm } = goldenJson('bert-gradient/loss.json') as { loss: number; gradientNorm: number };

  it('has the same logits', async () => {
    const { logits, expected } = await run;
    expect(relativeError(logits, expected.get('logits')?.data ?? [])).toBeLessThan(1e-5);
  });

  it('has the same loss', async () => {
    expect((await run).step.loss).toBeCloseTo(loss, 5);
  });

  it('has the same gradient of every parameter', async () => {
    const { gradients, golden } = await run;
    expect([...gradients.keys()].sort()).toEqual([...golden.keys()].sort());
    expect(worstError(gradients, golden)).toBeLessThan(1e-4);
  });

  it('has the same norm of the gradient', async () => {
    expect((await run).step.norm).toBeCloseTo(gradientNorm, 4);
  });
});

describe.each(engines)('a distillation step of a 2-layer DistilBERT on %s, against PyTorch', (_, makeEngine) => {
  const run = runGolden(makeEngine, 'distilbert-gradient', { hard: 0.3, soft: 0.7, temperature: 2.5 });
  const golden = goldenJson('distilbert-gradient/loss.json') as { loss: number; gradientNorm: number };

  it('has the same loss', async () => {
    expect((await run).step.loss).toBeCloseTo(golden.loss, 5);
  });

  it('has the same gradient of every parameter', async () => {
    const { gradients, golden: expected } = await run;
    expect([...gradients.keys()].sort()).toEqual([...expected.keys()].sort());
    expect(worstError(gradients, expected)).toBeLessThan(1e-4);
  });
});
