import { describe, expect, it } from '@jest/globals';
import { answerOf } from './answer.ts';

const labels = ['human', 'ai'];
const fittedOn = { split: 'validation', n: 100, sha256: 'ab'.repeat(32) };
const abstention = { margin: 1, minTokens: 10, answered: 0.9, accuracy: 0.99 };
const variant = {
  labels,
  rule: { temperature: 2, threshold: { label: 1, value: 0.75 } },
  calibration: { temperature: 2, threshold: { label: 'ai', value: 0.75 }, abstention, fittedOn },
};
const at = (odds: number, tokens = 100) => answerOf(variant, { logits: Float32Array.of(0, 2 * odds), tokens });

describe('answerOf', () => {
  it("decides by the model's threshold, not by the higher score", () => {
    const { label, scores } = at(1);
    expect([label, Object.keys(scores)[0]]).toEqual(['human', 'ai']);
  });

  it.each([
    [Math.log(3) + 1.1, 100, undefined],
    [Math.log(3) + 0.9, 100, 'uncertain'],
    [Math.log(3) - 0.9, 100, 'uncertain'],
    [Math.log(3) - 1.1, 100, undefined],
    [5, 9, 'short'],
    [5, 10, undefined],
  ])('at log-odds of %d and %d tokens: abstained, being %s', (odds, tokens, because) => {
    const answer = at(odds, tokens);
    expect([answer.abstained, answer.abstainedBecause]).toEqual([because !== undefined, because]);
  });

  it('never abstains for a model that has no band of uncertainty', () => {
    const { abstention: _, ...calibration } = variant.calibration;
    const old = { ...variant, calibration };
    expect(answerOf(old, { logits: Float32Array.of(0, 2 * Math.log(3)), tokens: 2 }).abstained).toBe(false);
  });
});
