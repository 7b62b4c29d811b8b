import { describe, expect, it } from '@jest/globals';
import { goldenJson } from '../testing/golden.ts';
import { adamWSteps } from './adamw.ts';

interface Golden {
  beta1: number;
  beta2: number;
  epsilon: number;
  learningRates: number[];
  parameter: number[][];
  gradients: number[][][];
  cases: { weightDecay: number; steps: { parameter: number[][] }[] }[];
}

describe('adamWSteps, against PyTorch', () => {
  const golden = goldenJson('adamw/adamw.json') as Golden;

  it.each(golden.cases)('weight decay $weightDecay', ({ weightDecay, steps }) => {
    const weights = Float32Array.from(golden.parameter.flat());
    const moments = { first: new Float32Array(weights.length), second: new Float32Array(weights.length) };
    steps.forEach(({ parameter }, i) => {
      const size = { step: i + 1, learningRate: golden.learningRates[i], weightDecay, gradientScale: 1 };
      adamWSteps(weights, Float32Array.from(golden.gradients[i].flat()), moments, golden, [size]);
      parameter.flat().forEach((expected, k) => {
        expect(Math.abs(weights[k] - expected)).toBeLessThan(1e-6);
      });
    });
  });

  it('scales the gradient before everything else', () => {
    const run = (gradient: number, gradientScale: number) => {
      const weights = Float32Array.of(1);
      const moments = { first: new Float32Array(1), second: new Float32Array(1) };
      const size = { step: 1, learningRate: 0.1, weightDecay: 0, gradientScale };
      adamWSteps(weights, Float32Array.of(gradient), moments, golden, [size]);
      return [weights[0], moments.first[0], moments.second[0]];
    };
    expect(run(4, 0.25)).toEqual(run(1, 1));
  });
});

describe('adamWSteps', () => {
  const settings = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
  const size = (step: number) => ({ step, learningRate: 0.1, weightDecay: 0.01, gradientScale: 1 });
  const state = (count: number) => ({
    weights: Float32Array.from({ length: count }, (_, i) => Math.sin(i)),
    gradient: Float32Array.from({ length: count }, (_, i) => Math.cos(i)),
    moments: { first: new Float32Array(count), second: new Float32Array(count) },
  });

  it('works on arrays that are longer than its scratch memory, to the last element', () => {
    const count = 40_003;
    const { weights, gradient, moments } = state(count);
    const expected = weights.map((w, i) => w * (1 - 0.001) - 0.1 * Math.sign(gradient[i]));
    adamWSteps(weights, gradient, moments, settings, [size(1)]);
    expect(Math.max(...weights.map((w, i) => Math.abs(w - expected[i])))).toBeLessThan(1e-5);
  });

  it('leaves the elements outside of its range alone', () => {
    const { weights, gradient, moments } = state(12);
    const before = weights.slice();
    adamWSteps(weights, gradient, moments, settings, [size(1)], 3, 8);
    const changed = [...weights.keys()].filter((i) => weights[i] !== before[i]);
    expect(changed).toEqual([3, 4, 5, 6, 7]);
  });

  it('takes further steps with a gradient of 0', () => {
    const [once, apart] = [state(5), state(5)];
    adamWSteps(once.weights, once.gradient, once.moments, settings, [size(1), size(2)]);
    adamWSteps(apart.weights, apart.gradient, apart.moments, settings, [size(1)]);
    adamWSteps(apart.weights, undefined, apart.moments, settings, [size(2)]);
    expect(once.weights).toEqual(apart.weights);
  });
});
