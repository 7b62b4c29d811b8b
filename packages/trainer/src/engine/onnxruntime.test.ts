import { describe, expect, it } from '@jest/globals';
import { collate } from '../data/batches.ts';
import type { LossTerms } from '../losses/losses.ts';
import { wordTableName } from '../model/parameters.ts';
import {
  goldenJson,
  goldenModel,
  goldenTensors,
  oneHot,
  plainEngine,
  relativeError,
  withoutPadding,
} from '../testing/golden.ts';

interface GoldenBatch {
  input_ids: number[][];
  attention_mask: number[][];
  labels: number[];
}

/** One step of our engine on a golden batch, and what PyTorch gave for it. */
async function runGolden(set: string, losses: LossTerms) {
  const model = goldenModel(set);
  const { config } = model;
  const batch = goldenJson(`${set}/batch.json`) as GoldenBatch;
  const expected = goldenTensors(`${set}/expected.safetensors`);
  const engine = await plainEngine(model, losses);
  const collated = collate(withoutPadding(batch), [0, 1, 2], 0);
  const labels = oneHot(batch.labels, config.labels.length);
  const step = await engine.gradients(collated, { labels, teacherLogits: expected.get('teacher_logits')?.data }, 0);
  const logits = await engine.logits(collated);
  await engine.close();

  const gradients = new Map(step.dense);
  const words = new Float32Array(config.vocabularySize * config.hidden);
  step.rows.forEach((row, i) => {
    words.set(step.wordRows.subarray(i * config.hidden, (i + 1) * config.hidden), row * config.hidden);
  });
  gradients.set(wordTableName(config), words);
  return { step, logits, gradients, expected, golden: goldenTensors(`${set}/gradients.safetensors`) };
}

function worstError(
  gradients: ReadonlyMap<string, Float32Array>,
  golden: ReadonlyMap<string, { data: Float32Array }>,
): number {
  const errors = [...golden].map(([name, { data }]) => {
    const norm = Math.hypot(...data);
    // The gradient of a key's bias is 0 in theory: only rounding is left of it.
    return norm < 1e-6 ? Math.hypot(...(gradients.get(name) ?? [])) : relativeError(gradients.get(name) ?? [], data);
  });
  return Math.max(...errors);
}

describe('a step of a 2-layer BERT, against PyTorch', () => {
  const run = runGolden('bert-gradient', { hard: 1, soft: 0, temperature: 1 });
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
  const run = runGolden('distilbert-gradient', { hard: 0.3, soft: 0.7, temperature: 2.5 });
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
