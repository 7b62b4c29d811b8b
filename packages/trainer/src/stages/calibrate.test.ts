import { describe, expect, it } from '@jest/globals';
import { decide, evaluate, Random } from '@retort/shared';
import { calibrate, type ValidationResult } from './calibrate.ts';

/** A model that is three times too sure, and leans towards label 0. */
function validation(labelNames: readonly string[]): ValidationResult {
  const random = new Random(1, 'calibration');
  const labels = Int32Array.from({ length: 400 }, () => random.integer(labelNames.length));
  const logits = Float32Array.from({ length: labels.length * labelNames.length }, (_, i) => {
    const label = i % labelNames.length;
    const own = labels[Math.floor(i / labelNames.length)] === label ? 1.5 : 0;
    return 3 * (own + random.normal() + (label === 0 ? 1 : 0));
  });
  const tokens = Int32Array.from(labels, (_, i) => 20 + i);
  return { logits, labels, tokens, labelNames, sha256: 'ab'.repeat(32) };
}

describe('calibrate', () => {
  const two = validation(['human', 'ai']);

  it('makes the probabilities less sure, and truer', () => {
    const { calibration, metrics } = calibrate(two);
    expect(calibration.temperature).toBeGreaterThan(2);
    expect(metrics['validation.calibrated.calibration_error']).toBeLessThan(metrics['validation.calibration_error']);
    expect(metrics['validation.calibrated.loss']).toBeLessThan(evaluate(two.logits, two.labels, 2).loss);
  });

  it('moves the threshold of the label that the model neglects, which makes more texts right', () => {
    const { calibration, metrics } = calibrate(two);
    expect(calibration.threshold).toEqual({ label: 'ai', value: metrics.threshold });
    expect(metrics.threshold).toBeLessThan(0.4);
    const rule = { temperature: calibration.temperature, threshold: { label: 1, value: metrics.threshold } };
    const right = decide(two.logits, 2, rule).filter((label, i) => label === two.labels[i]).length;
    expect(metrics['validation.calibrated.accuracy']).toBe(right / 400);
    expect(right / 400).toBeGreaterThan(evaluate(two.logits, two.labels, 2).accuracy);
  });

  it('fits no threshold for three labels', () => {
    const { calibration, metrics } = calibrate(validation(['a', 'b', 'c']));
    expect(calibration.threshold).toBeUndefined();
    expect(metrics).not.toHaveProperty('threshold');
  });

  it('fits a band of uncertainty outside of which half as much is wrong', () => {
    const { calibration, metrics } = calibrate(two);
    const { minTokens, answered, accuracy } = calibration.abstention ?? {};
    expect([minTokens, answered, accuracy]).toEqual([
      24,
      metrics['validation.answered'],
      metrics['validation.answered.accuracy'],
    ]);
    const wrong = 1 - metrics['validation.calibrated.accuracy'];
    expect((1 - Number(accuracy)) * Number(answered)).toBeLessThan(wrong / 2);
    expect(answered).toBeGreaterThan(0.8);
  });

  it('says on what it was fitted, and what it brings', () => {
    const { calibration, summary } = calibrate(two);
    expect(calibration.fittedOn).toEqual({ split: 'validation', n: 400, sha256: two.sha256 });
    expect(summary).toMatch(
      /^temperature \d\.\d{3}: calibration error \d+\.\d\d % -> \d+\.\d\d %; "ai" from a probability of 0\.\d{3} on: \d\d\.\d\d % right, \d\d\.\d\d % by the most probable label; answers \d\d\.\d\d %, \d\d\.\d\d % of them right; abstains below a margin of \d\.\d{3} or 24 tokens$/,
    );
  });

  it('says why the temperature stays where all is right', () => {
    const { summary } = calibrate({
      ...two,
      logits: Float32Array.of(0, 1, 2, 0),
      labels: Int32Array.of(1, 0),
      tokens: Int32Array.of(9, 9),
    });
    expect(summary).toMatch(/^temperature 1\.000 \(all validation texts are right: they tell no temperature\)/);
  });
});
