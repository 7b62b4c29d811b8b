import { describe, expect, it } from '@jest/globals';
import { goldenTensors, relativeError } from '../testing/golden.ts';
import { onnxruntimeEngine, trainGolden } from '../testing/golden-run.ts';

describe('50 steps of training, against PyTorch', () => {
  const run = trainGolden(onnxruntimeEngine);

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
