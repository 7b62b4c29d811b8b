import { describe, expect, it } from '@jest/globals';
import { goldenJson } from '../testing/golden.ts';
import { linearSchedule } from './schedule.ts';

describe('linearSchedule', () => {
  it('is that of transformers', () => {
    const curve = goldenJson('loss-curve/curve.json') as {
      peakLearningRate: number;
      warmupSteps: number;
      learningRate: number[];
    };
    const rates = curve.learningRate.map(
      (_, step) => curve.peakLearningRate * linearSchedule(step, 50, curve.warmupSteps),
    );
    rates.forEach((rate, i) => {
      expect(rate).toBeCloseTo(curve.learningRate[i], 9);
    });
  });

  it('starts at the peak without a warm-up', () => {
    expect(linearSchedule(0, 10, 0)).toBe(1);
  });
});
