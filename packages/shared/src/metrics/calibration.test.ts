import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { expectedCalibrationError } from './calibration-error.ts';
import { evaluate } from './evaluate.ts';
import { fitTemperature, temperatureBounds } from './temperature.ts';

interface Golden {
  readonly calibrations: readonly {
    readonly labelCount: number;
    readonly logits: number[];
    readonly labels: number[];
    readonly temperature: number;
    readonly loss: number;
    readonly calibrationErrors: [before: number, after: number];
  }[];
}
const golden: Golden = JSON.parse(readFileSync(new URL('../../golden/metrics.json', import.meta.url), 'utf8'));

/** Logits of some texts of two labels, and their labels. */
const texts = fc
  .array(
    fc.record({
      logits: fc.tuple(fc.float({ min: -30, max: 30, noNaN: true }), fc.float({ min: -30, max: 30, noNaN: true })),
      label: fc.integer({ min: 0, max: 1 }),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((rows) => ({
    logits: Float32Array.from(rows.flatMap(({ logits }) => logits)),
    labels: Int32Array.from(rows, ({ label }) => label),
  }));

describe('fitTemperature', () => {
  it.each(golden.calibrations)(
    'agrees with scipy on $labelCount labels',
    ({ logits, labels, labelCount, ...expected }) => {
      const [z, y] = [Float32Array.from(logits), Int32Array.from(labels)];
      const { temperature, outcome } = fitTemperature(z, y, labelCount);
      expect(outcome).toBe('optimum');
      expect(temperature).toBeCloseTo(expected.temperature, 5);
      expect(evaluate(z, y, labelCount, { temperature }).loss).toBeCloseTo(expected.loss, 10);
    },
  );

  it('has the smallest loss of all temperatures, but where all is right', () => {
    const other = fc.double({ min: temperatureBounds.low, max: temperatureBounds.high, noNaN: true });
    fc.assert(
      fc.property(texts, other, ({ logits, labels }, temperature) => {
        const fitted = fitTemperature(logits, labels, 2);
        const loss = (at: number) => evaluate(logits, labels, 2, { temperature: at }).loss;
        if (fitted.outcome === 'undetermined') expect(fitted.temperature).toBe(1);
        else expect(loss(fitted.temperature)).toBeLessThanOrEqual(loss(temperature) * (1 + 1e-9));
      }),
      { seed: 1 },
    );
  });

  it('grows with the logits', () => {
    const { logits, labels, labelCount } = golden.calibrations[2];
    const fit = (scale: number) =>
      fitTemperature(
        Float32Array.from(logits, (z) => scale * z),
        Int32Array.from(labels),
        labelCount,
      ).temperature;
    expect(fit(4) / fit(1)).toBeCloseTo(4, 5);
  });

  it('stays 1 where every text is right: they do not tell how sure the model may be', () => {
    expect(fitTemperature(Float32Array.of(0, 1, 3, 2), Int32Array.of(1, 0), 2)).toEqual({
      temperature: 1,
      outcome: 'undetermined',
    });
  });

  it('stays 1 where the logits say nothing', () => {
    expect(fitTemperature(Float32Array.of(2, 2, 1, 1), Int32Array.of(1, 0), 2).outcome).toBe('undetermined');
  });

  it('ends at its upper bound where the model is mostly wrong', () => {
    expect(fitTemperature(Float32Array.of(0, 1, 3, 2), Int32Array.of(0, 1), 2)).toEqual({
      temperature: temperatureBounds.high,
      outcome: 'high',
    });
  });

  it('ends at its lower bound where a mistake is all but invisible', () => {
    const labels = new Int32Array(100);
    const logits = Float32Array.from({ length: 200 }, (_, i) => (i === 1 ? 1e-6 : i % 2 === 0 ? 0 : -0.01));
    expect(fitTemperature(logits, labels, 2)).toEqual({ temperature: temperatureBounds.low, outcome: 'low' });
  });

  it('refuses no texts at all', () => {
    expect(() => fitTemperature(new Float32Array(), new Int32Array(), 2)).toThrow(/no texts/);
  });
});

describe('expectedCalibrationError', () => {
  it.each(golden.calibrations)('agrees with numpy on $labelCount labels', (expected) => {
    const [z, y] = [Float32Array.from(expected.logits), Int32Array.from(expected.labels)];
    const error = (temperature: number) => expectedCalibrationError(z, y, expected.labelCount, temperature);
    expect(error(1)).toBeCloseTo(expected.calibrationErrors[0], 9);
    expect(error(expected.temperature)).toBeCloseTo(expected.calibrationErrors[1], 6);
  });

  it('is 0 where the probabilities are the shares of right answers', () => {
    // Of four texts with a probability of 3/4, three are right.
    const logits = Float32Array.from([0, 1, 2, 3].flatMap(() => [Math.log(3), 0]));
    expect(expectedCalibrationError(logits, Int32Array.of(0, 0, 1, 0), 2)).toBeCloseTo(0, 7);
  });

  it('is 1 where all is certain and wrong', () => {
    expect(expectedCalibrationError(Float32Array.of(500, 0, 500, 0), Int32Array.of(1, 1), 2)).toBe(1);
  });
});
