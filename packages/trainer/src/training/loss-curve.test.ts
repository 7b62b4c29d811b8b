import { describe, expect, it } from '@jest/globals';
import { collate } from '../data/batches.ts';
import { ModelOptimizer } from '../optimizer/model-optimizer.ts';
import { linearSchedule } from '../optimizer/schedule.ts';
import { goldenJson, goldenModel, goldenTensors, oneHot, plainEngine, relativeError } from '../testing/golden.ts';

interface Curve {
  peakLearningRate: number;
  weightDecay: number;
  maxGradientNorm: number;
  warmupSteps: number;
  /** Loss of each step. */
  loss: number[];
}

/** Trains on the golden batches as PyTorch did, with AdamW, warm-up, linear decay and clipping. */
async function trainGolden() {
  const model = goldenModel('loss-curve');
  const curve = goldenJson('loss-curve/curve.json') as Curve;
  const { batches } = goldenJson('loss-curve/batches.json') as {
    batches: { input_ids: number[][]; labels: number[] }[];
  };
  const engine = await plainEngine(model, { hard: 1, soft: 0, temperature: 1 });
  const optimizer = new ModelOptimizer(model.config, model.parameters, {
    weightDecay: curve.weightDecay,
    clipNorm: curve.maxGradientNorm,
  });
  const losses: number[] = [];
  for (const [step, { input_ids: ids, labels }] of batches.entries()) {
    const batch = collate(
      ids.map((row) => Int32Array.from(row)),
      [...ids.keys()],
      0,
    );
    optimizer.prepare(Array.from(batch.uniqueIds, Number));
    const gradients = await engine.gradients(batch, { labels: oneHot(labels, model.config.labels.length) }, step);
    optimizer.step(gradients, curve.peakLearningRate * linearSchedule(step, batches.length, curve.warmupSteps));
    losses.push(gradients.loss);
  }
  optimizer.settle();
  await engine.close();
  return { model, curve, losses };
}

describe('50 steps of training, against PyTorch', () => {
  const run = trainGolden();

  it('follow the same loss curve', async () => {
    const { curve, losses } = await run;
    expect(losses).toHaveLength(50);
    const differences = losses.map((loss, i) => Math.abs(loss - curve.loss[i]) / curve.loss[i]);
    expect(Math.max(...differences)).toBeLessThan(0.01);
  });

  it('end in the same weights', async () => {
    const { model } = await run;
    const final = goldenTensors('loss-curve/final.safetensors');
    const errors = [...final].map(([name, { data }]) => relativeError(model.parameters.get(name)?.data ?? [], data));
    expect(Math.max(...errors)).toBeLessThan(0.01);
  });
});
