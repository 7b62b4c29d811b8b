import { describe, expect, it } from '@jest/globals';
import { goldenJson } from '../testing/golden.ts';
import { adamWStep } from './adamw.ts';

interface Golden {
  beta1: number;
  beta2: number;
  epsilon: number;
  learningRates: number[];
  parameter: number[][];
  gradients: number[][][];
  cases: { weightDecay: number; steps: { parameter: number[][] }[] }[];
}

describe('adamWStep, against PyTorch', () => {
  const golden = goldenJson('adamw/adamw.json') as Golden;

  it.each(golden.cases)('weight decay $weightDecay', ({ weightDecay, steps }) => {
    const weights = Float32Array.from(golden.parameter.flat());
    const moments = { first: new Float32Array(weights.length), second: new Float32Array(weights.length) };
    steps.forEach(({ parameter }, i) => {
      const size = { step: i + 1, learningRate: golden.learningRates[i], weightDecay, gradientScale: 1 };
      adamWStep(weights, Float32Array.from(golden.gradients[i].flat()), moments, golden, size);
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
      adamWStep(weights, Float32Array.of(gradient), moments, golden, size);
      return [weights[0], moments.first[0], moments.second[0]];
    };
    expect(run(4, 0.25)).toEqual(run(1, 1));
  });
});
