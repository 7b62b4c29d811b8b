import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decide } from './decision.ts';
import { fitThreshold } from './threshold.ts';

const fit = (rows: readonly (readonly [probability: number, label: number])[]) =>
  fitThreshold(
    Float64Array.from(rows, ([probability]) => probability),
    Int32Array.from(rows, ([, label]) => label),
  );

/** Texts with few different probabilities, so that many are equal; both labels occur. */
const texts = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 1 })), { minLength: 2, maxLength: 30 })
  .map((rows) => rows.map(([twentieth, label]) => [twentieth / 20, label] as const))
  .filter((rows) => new Set(rows.map(([, label]) => label)).size === 2);

const rightAnswers = (rows: readonly (readonly [number, number])[], threshold: number) =>
  rows.filter(([probability, label]) => (probability >= threshold ? 1 : 0) === label).length;

describe('fitThreshold', () => {
  it('has as many right answers as any threshold', () => {
    fc.assert(
      fc.property(texts, (rows) => {
        const all = Array.from({ length: 41 }, (_, i) => rightAnswers(rows, i / 40));
        const fitted = fit(rows);
        expect(rightAnswers(rows, fitted?.threshold ?? Number.NaN)).toBe(Math.max(...all));
        expect(fitted?.accuracy).toBe(Math.max(...all) / rows.length);
      }),
      { seed: 1 },
    );
  });

  it('is the mirror image when the labels change places', () => {
    const distinct = texts
      .map((rows) => rows.filter(([probability]) => probability > 0 && probability < 1))
      .filter((rows) => new Set(rows.map(([probability]) => probability)).size === rows.length);
    fc.assert(
      fc.property(distinct, (rows) => {
        const mirrored = fit(rows.map(([probability, label]) => [1 - probability, 1 - label]));
        const [a, b] = [fit(rows)?.threshold ?? 0, mirrored?.threshold ?? 0];
        expect(Math.abs(a - 0.5)).toBeCloseTo(Math.abs(b - 0.5), 9);
      }),
      { seed: 1 },
    );
  });

  it('is the middle between the two texts that it separates', () => {
    const rows = [
      [0.1, 0],
      [0.6, 0],
      [0.8, 1],
      [0.9, 1],
    ] as const;
    expect(fit(rows)).toEqual({ threshold: 0.7, accuracy: 1 });
  });

  it('is the middle of thresholds that are equally good, texts between them or not', () => {
    // At 0.3 one text of each label: whichever answer both get, one is right.
    const rows = [
      [0.2, 0],
      [0.3, 0],
      [0.3, 1],
      [0.6, 1],
    ] as const;
    expect(fit(rows)?.threshold).toBeCloseTo(0.4, 12);
  });

  it('is the one nearest to one half of several that are equally good', () => {
    const rows = [
      [0.1, 0],
      [0.2, 1],
      [0.3, 0],
      [0.5, 1],
    ] as const;
    expect(fit(rows)?.threshold).toBeCloseTo(0.4, 12);
  });

  it('lies above the lower of two neighbouring numbers', () => {
    const next = 0.5 + 2 ** -53;
    expect(
      fit([
        [0.5, 0],
        [next, 1],
      ]),
    ).toEqual({ threshold: next, accuracy: 1 });
  });

  it.each([0, 1])('is not there where all texts have label %i', (label) => {
    expect(
      fit([
        [0.2, label],
        [0.7, label],
      ]),
    ).toBeUndefined();
  });
});

describe('decide', () => {
  const logits = Float32Array.of(0, 1, 0, 2, 0, -1); // Probabilities of label 1: 0.73, 0.88, 0.27

  it('takes the most probable label', () => {
    expect([...decide(logits, 2, { temperature: 3 })]).toEqual([1, 1, 0]);
  });

  it('asks for the probability of the threshold', () => {
    expect([...decide(logits, 2, { temperature: 1, threshold: { label: 1, value: 0.8 } })]).toEqual([0, 1, 0]);
    expect([...decide(logits, 2, { temperature: 1, threshold: { label: 0, value: 0.2 } })]).toEqual([0, 1, 0]);
  });

  it('applies the temperature first', () => {
    expect([...decide(logits, 2, { temperature: 2, threshold: { label: 1, value: 0.73 } })]).toEqual([0, 1, 0]);
  });

  it('refuses a threshold for three labels', () => {
    expect(() => decide(logits, 3, { temperature: 1, threshold: { label: 1, value: 0.8 } })).toThrow(/two labels/);
  });
});
