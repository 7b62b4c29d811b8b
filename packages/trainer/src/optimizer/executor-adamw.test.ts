import { describe, expect, it } from '@jest/globals';
import { type Executor, findOpenVino, onnxruntimeCpu, openvino } from '@retort/runtime';
import { Random } from '@retort/shared';
import { relativeError } from '../testing/golden.ts';
import { adamWSteps, defaultAdamW } from './adamw.ts';
import { openLargeSteps } from './executor-adamw.ts';

const executors: [string, typeof describe.skip, () => Executor][] = [
  ['onnxruntime', describe, () => onnxruntimeCpu],
  ['OpenVINO', findOpenVino() === undefined ? describe.skip : describe, () => openvino('fp32')],
];

function randomState(length: number, random: Random) {
  const normal = (scale: number) => Float32Array.from({ length }, () => scale * random.normal());
  const moments = { first: normal(0.01), second: normal(0.01).map((x) => x * x) };
  return { weights: normal(0.1), moments };
}

for (const [name, describeIt, executor] of executors) {
  describeIt(`AdamW by ${name}`, () => {
    it('takes the steps that the loop takes, in place, for tensors of several lengths', async () => {
      const steps = await openLargeSteps(executor(), 2);
      const random = new Random(7, 'adamw');
      for (const length of [steps.least, 30_011]) {
        const { weights, moments } = randomState(length, random);
        const expected = {
          weights: weights.slice(),
          moments: { first: moments.first.slice(), second: moments.second.slice() },
        };
        for (const [i, weightDecay] of [0.01, 0, 0.3].entries()) {
          const gradient = Float32Array.from({ length }, () => random.normal());
          const size = { step: i + 1, learningRate: 1e-2, weightDecay, gradientScale: 0.4 };
          await steps.step(weights, gradient, moments, size);
          adamWSteps(expected.weights, gradient, expected.moments, defaultAdamW, [size]);
        }
        expect(relativeError(weights, expected.weights)).toBeLessThan(1e-6);
        expect(relativeError(moments.first, expected.moments.first)).toBeLessThan(1e-6);
        expect(relativeError(moments.second, expected.moments.second)).toBeLessThan(1e-6);
      }
      await steps.close();
    });
  });
}
