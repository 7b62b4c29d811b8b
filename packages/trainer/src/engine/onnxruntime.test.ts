import { describe, expect, it } from '@jest/globals';
import { goldenJson, relativeError } from '../testing/golden.ts';
import { onnxruntimeEngine, runGolden, worstError } from '../testing/golden-run.ts';

describe('a step of a 2-layer BERT, against PyTorch', () => {
  const run = runGolden(onnxruntimeEngine, 'bert-gradient', { hard: 1, soft: 0, temperature: 1 });
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

describe('a distillation step of a 2-layer DistilBERT, against PyTorch', () => {
  const run = runGolden(onnxruntimeEngine, 'distilbert-gradient', { hard: 0.3, soft: 0.7, temperature: 2.5 });
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
