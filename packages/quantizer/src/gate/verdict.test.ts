import { describe, expect, it } from '@jest/globals';
import { gateSchema, plainRule, wilson } from '@retort/shared';
import { allowedTexts, judge, logitChange } from './verdict.ts';

/** `n` texts of label 0; the first `wrong` of them get label 1, and `flipped` more do in the quantized model. */
function verdictOf({ n = 1000, wrong = 0, flipped = 0, mended = 0, tolerances = {} }) {
  const logits = (isWrong: (i: number) => boolean) =>
    Float32Array.from({ length: 2 * n }, (_, i) => (i % 2 === (isWrong(Math.floor(i / 2)) ? 1 : 0) ? 1 : 0));
  const parent = logits((i) => i < wrong);
  const quantized = logits((i) => (i < wrong ? i >= mended : i < wrong + flipped));
  const texts = { labels: new Int32Array(n), labelCount: 2, rule: plainRule };
  return judge(parent, quantized, texts, gateSchema.parse(tolerances));
}

describe('the verdict', () => {
  it('counts the labels that are as in the parent', () => {
    expect(verdictOf({ wrong: 10, flipped: 3, mended: 2 }).agreement).toBe(0.995);
  });

  it('has both accuracies, with intervals, and what was lost', () => {
    const { parent, quantized, accuracyLoss } = verdictOf({ wrong: 10, flipped: 3 });
    expect([parent.accuracy, quantized.accuracy]).toEqual([0.99, 0.987]);
    expect(accuracyLoss).toBeCloseTo(0.003, 12);
    expect(parent.accuracyInterval).toEqual(wilson(990, 1000));
  });

  it('has the texts that one alone has right, and p', () => {
    const { mcnemar } = verdictOf({ wrong: 10, flipped: 7, mended: 1 });
    expect([mcnemar.onlyParent, mcnemar.onlyQuantized]).toEqual([7, 1]);
    expect(mcnemar.p).toBeCloseTo(18 / 256, 12); // 2 (C(8, 0) + C(8, 1)) / 2^8
  });

  it.each([
    ['agreement, one text too many', { flipped: 6, tolerances: { accuracyLoss: 0.1, p: 0 } }, 'agreement 99.40 %'],
    ['accuracy, one text too many', { flipped: 3, tolerances: { p: 0 } }, 'accuracy lost 0.30 points'],
    ['p of a loss', { flipped: 6, tolerances: { agreement: 0.9, accuracyLoss: 0.1 } }, 'p of the loss 0.031'],
    ['the mean change', { flipped: 1, tolerances: { meanLogitChange: 0.0009 } }, 'mean change of the logits 0.00100'],
    ['the largest change', { flipped: 1, tolerances: { largestLogitChange: 0.9 } }, 'largest change of a logit 1.00'],
  ])('fails by %s', (_, what, failure) => {
    expect(verdictOf(what).failures).toEqual([expect.stringContaining(failure)]);
  });

  it('says whether the parent gives all texts one label that not all have', () => {
    const texts = { labels: Int32Array.of(0, 0, 1), labelCount: 2, rule: plainRule };
    const says = (...logits: number[]) =>
      judge(Float32Array.from(logits), Float32Array.from(logits), texts, gateSchema.parse({})).parentGivesOneLabel;
    expect([says(1, 0, 2, 0, 3, 0), says(1, 0, 2, 0, 0, 3)]).toEqual([true, false]);
    expect(verdictOf({}).parentGivesOneLabel).toBe(false);
  });

  it('passes at the tolerances', () => {
    expect(verdictOf({ wrong: 10, flipped: 2, mended: 3 }).failures).toEqual([]);
  });

  it('does not mind a gain, however small its p', () => {
    expect(verdictOf({ wrong: 30, mended: 30, tolerances: { agreement: 0.9 } }).failures).toEqual([]);
  });

  it('allows one other label of however few texts, and no second', () => {
    expect(verdictOf({ n: 20, flipped: 1 }).failures).toEqual([]);
    expect(verdictOf({ n: 20, flipped: 2 }).failures).toHaveLength(2);
  });

  it('lets one lost text of 250 pass, which is 0.4 points at p = 1, and not two', () => {
    const one = verdictOf({ n: 250, flipped: 1 });
    expect([one.accuracyLoss, one.mcnemar.p, one.failures]).toEqual([expect.closeTo(0.004, 12), 1, []]);
    const two = verdictOf({ n: 250, flipped: 2, tolerances: { agreement: 0.9 } });
    expect(two.failures).toEqual(['accuracy lost 0.80 points (at most 0.20 points)']);
  });

  it('holds a model to 0.2 points exactly where the texts can tell', () => {
    const most = (n: number) => allowedTexts(n, gateSchema.parse({})).lost / n;
    for (const n of [500, 1000, 1500, 10_000]) expect(most(n)).toBeCloseTo(0.002, 12);
    for (const n of [501, 999, 1001, 12_345]) expect(most(n)).toBeLessThan(0.002);
  });

  it('fails where a logit is no number', () => {
    const texts = { labels: Int32Array.of(0), labelCount: 2, rule: plainRule };
    const verdict = judge(Float32Array.of(1, 0), Float32Array.of(Number.NaN, 0), texts, gateSchema.parse({}));
    expect(verdict).toMatchObject({ meanLogitChange: null, largestLogitChange: null });
    expect(verdict.failures).toEqual(['logits that are no finite numbers']);
  });

  it('decides by the threshold of the model', () => {
    const rule = { temperature: 1, threshold: { label: 1, value: 0.9 } };
    const texts = { labels: Int32Array.of(0), labelCount: 2, rule };
    // Probabilities of label 1: 0.82 and 0.95.
    expect(judge(Float32Array.of(0, 1.5), Float32Array.of(0, 3), texts, gateSchema.parse({})).agreement).toBe(0);
  });
});

describe('the change of logits', () => {
  it('is the mean and the largest of the sizes', () => {
    expect(logitChange(Float32Array.of(1, 2, 3), Float32Array.of(1, 0, 4))).toEqual({ mean: 1, largest: 2 });
  });
});
