import { describe, expect, it } from '@jest/globals';
import { Random } from '@retort/shared';
import { isDivergent, type RatePoint, smoothLosses, suggestRate } from './lr-suggestion.ts';

/** 121 steps from 1e-6 to 1: 20 a decade. */
const rates = Array.from({ length: 121 }, (_, i) => 10 ** (-6 + i / 20));

/** A loss over the learning rate, with noise. */
function curve(loss: (exponent: number) => number, noise = 0.02) {
  const random = new Random(1);
  const points: RatePoint[] = rates.map((learningRate) => ({
    learningRate,
    loss: loss(Math.log10(learningRate)) + noise * random.normal(),
  }));
  return { points, smoothed: smoothLosses(points.map((point) => point.loss)) };
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
/** Falls from 0.7 to 0.1 around one exponent, and rises from another one on. */
const valley = (fall: number, rise: number) => (x: number) =>
  0.7 - 0.6 * sigmoid(5 * (x - fall)) + 3 * sigmoid(5 * (x - rise));
const suggestionFor = (loss: (exponent: number) => number) => {
  const { points, smoothed } = curve(loss);
  return suggestRate(points, smoothed);
};
const exponent = (rate = Number.NaN) => Math.log10(rate);

describe('suggestRate', () => {
  it('takes the rate at which the loss falls fastest', () => {
    const { learningRate, steepest, reason } = suggestionFor(valley(-4, -1));
    expect(Math.abs(exponent(learningRate) - -4)).toBeLessThan(0.2);
    expect(learningRate).toBe(steepest);
    expect(reason).toMatch(/^the loss falls fastest there; it begins to diverge at \d\.\de-2$/);
  });

  it('takes a tenth of the rate at which the loss begins to diverge, where that is less', () => {
    const { learningRate, divergence = Number.NaN, steepest, reason } = suggestionFor(valley(-3.2, -2));
    expect(learningRate).toBe(divergence / 10);
    expect(exponent(divergence)).toBeGreaterThan(-3);
    expect(exponent(divergence)).toBeLessThan(-2);
    expect(Math.abs(exponent(steepest) - -3.2)).toBeLessThan(0.3);
    expect(reason).toMatch(/^a tenth of .*, where the loss begins to diverge; it falls fastest at /);
  });

  it('needs no divergence', () => {
    const { learningRate, divergence } = suggestionFor(valley(-3, 5));
    expect(divergence).toBeUndefined();
    expect(Math.abs(exponent(learningRate) - -3)).toBeLessThan(0.2);
  });

  it('needs no fall', () => {
    const { learningRate, steepest, divergence = Number.NaN } = suggestionFor((x) => 0.7 + 3 * sigmoid(5 * (x + 2)));
    expect(steepest).toBeUndefined();
    expect(learningRate).toBe(divergence / 10);
  });

  it('takes the rate at which the test broke off for that of the divergence', () => {
    const { points, smoothed } = curve(() => 0.7);
    expect(suggestRate(points, smoothed, 0.03)).toMatchObject({ learningRate: 0.003, divergence: 0.03 });
  });

  it('suggests nothing where nothing happens', () => {
    expect(suggestionFor(() => 0.7)).toEqual({
      reason: 'the loss neither fell nor diverged: take more steps, or a higher last rate',
    });
  });

  it('suggests nothing of no steps', () => {
    expect(suggestRate([], [])).toMatchObject({ reason: expect.stringMatching(/^the loss neither/) });
  });
});

describe('smoothLosses', () => {
  it('moves nothing to later steps', () => {
    const peak = rates.map((_, i) => (i === 60 ? 1 : 0));
    const smoothed = smoothLosses(peak);
    expect(smoothed.indexOf(Math.max(...smoothed))).toBe(60);
    expect(smoothed[55]).toBeCloseTo(smoothed[65], 12);
  });

  it('leaves a level loss as it is, at the ends too', () => {
    expect(Math.max(...smoothLosses(rates.map(() => 0.7)).map((loss) => Math.abs(loss - 0.7)))).toBeLessThan(1e-12);
  });
});

describe('isDivergent', () => {
  it.each([
    [0.8, 0.7, 0.7, false],
    [1.1, 0.7, 0.7, true],
    [0.2, 0.05, 0.7, false],
    [0.4, 0.05, 0.7, true],
    [Number.NaN, 0.7, 0.7, true],
  ])('of %d after a lowest loss of %d and a first one of %d: %p', (loss, lowest, start, expected) => {
    expect(isDivergent(loss, lowest, start)).toBe(expected);
  });
});
