import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { abstentionReason, fitAbstention, margins } from './abstention.ts';
import { decide } from './decision.ts';
import { softmax } from './softmax.ts';

const plain = { temperature: 1 };

/** Two labels, the second one's log-odds as given. */
const binary = (odds: readonly number[]) => Float32Array.from(odds.flatMap((value) => [0, value]));
const lengths = (n: number) => Int32Array.from({ length: n }, (_, i) => 10 + i);

describe('margins', () => {
  it('are the logit of the answer minus the next one, at the temperature', () => {
    expect([...margins(Float32Array.of(1, 4, 2, 0, -1, -4), 3, { temperature: 2 })]).toEqual([1, 0.5]);
  });

  it('with a threshold are the distance of the log-odds from its own', () => {
    const rule = { temperature: 2, threshold: { label: 1, value: 0.25 } };
    const [at, above] = margins(Float32Array.of(0, -2 * Math.log(3), 0, 0), 2, rule);
    expect([at, above]).toEqual([expect.closeTo(0, 6), expect.closeTo(Math.log(3), 6)]);
  });

  it('are 0 where probability and threshold meet, whatever the label that it is for', () => {
    const logits = binary([0.7]);
    const value = softmax(logits, 2)[0];
    expect(margins(logits, 2, { temperature: 1, threshold: { label: 0, value } })[0]).toBeCloseTo(0, 6);
  });
});

describe('fitAbstention', () => {
  it('takes in half of the wrong answers, and what is as near to the border as they', () => {
    // All are answered with label 1; those at 0.5, 1 and 3 are wrong.
    const logits = binary([0.5, 1, 1.5, 3, 4, 5, 6, 7, 8, 9]);
    const labels = Int32Array.of(0, 0, 1, 0, 1, 1, 1, 1, 1, 1);
    const { margin, answered, accuracy } = fitAbstention({ logits, labels, tokens: lengths(10) }, 2, plain);
    expect({ margin, answered, accuracy }).toEqual({ margin: 1.25, answered: 0.8, accuracy: 7 / 8 });
  });

  it('doubts nothing where all is right', () => {
    const split = { logits: binary([0.1, 4]), labels: Int32Array.of(1, 1), tokens: lengths(2) };
    expect(fitAbstention(split, 2, plain)).toMatchObject({ margin: 0, answered: 1, accuracy: 1 });
  });

  it('is not silenced by one wrong answer of which the model is sure', () => {
    const odds = Array.from({ length: 20 }, (_, i) => i + 1);
    const labels = new Int32Array(20).fill(1).fill(0, 18, 19);
    const split = { logits: binary(odds), labels, tokens: lengths(20) };
    expect(fitAbstention(split, 2, plain)).toMatchObject({ margin: 0, answered: 1 });
  });

  it('takes in the wrong answers that lie within a fifth where half of them do not', () => {
    const odds = Array.from({ length: 20 }, (_, i) => i + 1);
    const labels = Int32Array.from(odds, (value) => (value === 2 || value > 16 ? 0 : 1));
    expect(fitAbstention({ logits: binary(odds), labels, tokens: lengths(20) }, 2, plain).margin).toBe(2.5);
  });

  it('finds texts too short of which it has seen less than one in a hundred', () => {
    const n = 300;
    const split = { logits: binary(Array(n).fill(3)), labels: new Int32Array(n).fill(1), tokens: lengths(n) };
    expect(fitAbstention(split, 2, plain).minTokens).toBe(13);
  });

  it('answers wrongly at most half as often where a fifth allows it, and with no wider band than needed', () => {
    const one = fc.record({ odds: fc.integer({ min: -20, max: 20 }), label: fc.integer({ min: 0, max: 1 }) });
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 60 }), (texts) => {
        const logits = binary(texts.map(({ odds }) => odds / 4));
        const labels = Int32Array.from(texts, ({ label }) => label);
        const { margin } = fitAbstention({ logits, labels, tokens: lengths(texts.length) }, 2, plain);
        const answers = decide(logits, 2, plain);
        const all = margins(logits, 2, plain);
        const wrong = all.filter((_, i) => answers[i] !== labels[i]);
        const controlled = (at: number) => wrong.filter((value) => value >= at).length + 1 <= (wrong.length + 1) / 2;
        const within = (at: number) => all.filter((value) => value < at).length;
        const allowed = (at: number) => within(at) <= texts.length / 5;
        const possible = [...all].map((value) => value + 0.1).filter(controlled);
        const reachable = wrong.length > 1 && possible.some(allowed);
        const narrower = [...all].map((value) => value + 0.1).filter((at) => within(at) < within(margin));
        return allowed(margin) && (!reachable || (controlled(margin) && !narrower.some(controlled)));
      }),
    );
  });
});

describe('abstentionReason', () => {
  it.each([
    [2, 10, undefined],
    [1.99, 10, 'uncertain'],
    [2, 9, 'short'],
    [1.99, 9, 'short'],
  ])('at a margin of %d and %d tokens: %s', (margin, tokens, expected) => {
    expect(abstentionReason({ margin: 2, minTokens: 10 }, margin, tokens)).toBe(expected);
  });
});
