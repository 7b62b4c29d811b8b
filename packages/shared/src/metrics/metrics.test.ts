import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evaluate } from './evaluate.ts';
import { mcnemar, wilson } from './significance.ts';
import { softmax } from './softmax.ts';

interface Golden {
  readonly evaluations: readonly {
    readonly labelCount: number;
    readonly logits: number[];
    readonly labels: number[];
    readonly accuracy: number;
    readonly accuracyInterval: [number, number];
    readonly loss: number;
    readonly macroF1: number;
    readonly auroc: number;
  }[];
  readonly wilson: readonly { readonly successes: number; readonly n: number; readonly interval: [number, number] }[];
  readonly mcnemar: readonly { readonly onlyA: number; readonly onlyB: number; readonly p: number }[];
}
const golden: Golden = JSON.parse(readFileSync(new URL('../../golden/metrics.json', import.meta.url), 'utf8'));

const evaluateRows = (rows: readonly (readonly number[])[], labels: readonly number[]) =>
  evaluate(Float32Array.from(rows.flat()), Int32Array.from(labels), rows[0].length);

describe('evaluate', () => {
  it.each(golden.evaluations)('agrees with scikit-learn on $labelCount labels', ({ labelCount, ...expected }) => {
    const result = evaluate(Float32Array.from(expected.logits), Int32Array.from(expected.labels), labelCount);
    expect(result.n).toBe(expected.labels.length);
    for (const key of ['accuracy', 'loss', 'macroF1', 'auroc'] as const)
      expect(result[key]).toBeCloseTo(expected[key], 9);
    for (const end of [0, 1]) expect(result.accuracyInterval[end]).toBeCloseTo(expected.accuracyInterval[end], 9);
  });

  it('tells which texts are right and what it takes each for', () => {
    const { predictions, correct } = evaluateRows(
      [
        [2, 1],
        [0, 3],
        [5, 4],
      ],
      [0, 0, 0],
    );
    expect([...predictions]).toEqual([0, 1, 0]);
    expect([...correct]).toEqual([1, 0, 1]);
  });

  it('predicts the first of labels that are equally probable', () => {
    expect([...evaluateRows([[1, 1]], [0]).predictions]).toEqual([0]);
  });

  it('counts a tie as half in the AUROC', () => {
    expect(
      evaluateRows(
        [
          [0, 1],
          [0, 1],
          [0, 0],
          [0, 2],
        ],
        [1, 0, 0, 1],
      ).auroc,
    ).toBe(0.875);
  });

  it('gives an AUROC of one half to a model that says the same of all', () => {
    expect(
      evaluateRows(
        [
          [0, 1],
          [0, 1],
          [0, 1],
        ],
        [1, 0, 0],
      ).auroc,
    ).toBe(0.5);
  });

  it('tells apart probabilities that float32 rounds to 1', () => {
    expect(
      evaluateRows(
        [
          [0, 40],
          [0, 60],
        ],
        [0, 1],
      ).auroc,
    ).toBe(1);
  });

  it('has no AUROC where a label is missing', () => {
    expect(
      evaluateRows(
        [
          [0, 1],
          [1, 0],
        ],
        [1, 1],
      ).auroc,
    ).toBeNull();
    expect(
      evaluateRows(
        [
          [0, 1, 2],
          [1, 0, 2],
        ],
        [1, 0],
      ).auroc,
    ).toBeNull();
  });

  it('leaves a label that occurs nowhere out of the macro F1', () => {
    expect(
      evaluateRows(
        [
          [2, 1, 0],
          [1, 2, 0],
        ],
        [0, 1],
      ).macroF1,
    ).toBe(1);
  });

  it('stays finite where a wrong label is all but certain', () => {
    expect(evaluateRows([[1000, -1000]], [1]).loss).toBe(2000);
  });

  it('refuses logits that are not finite, with the text', () => {
    expect(() =>
      evaluateRows(
        [
          [0, 1],
          [Number.NaN, 1],
        ],
        [0, 0],
      ),
    ).toThrow(/text 1 a logit of NaN/);
  });

  it('refuses no texts at all', () => {
    expect(() => evaluate(new Float32Array(), new Int32Array(), 2)).toThrow(/no texts/);
  });

  it('refuses logits of another count', () => {
    expect(() => evaluate(new Float32Array(3), new Int32Array(2), 2)).toThrow(/3 logits for 2 texts of 2 labels/);
  });

  it('refuses a label that the model does not have', () => {
    expect(() => evaluateRows([[0, 1]], [2])).toThrow(/text 0 has label 2/);
  });
});

describe('softmax', () => {
  it('gives rows that sum to 1, in the order of the logits', () => {
    const row = fc.array(fc.float({ min: -1000, max: 1000, noNaN: true }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(row, (logits) => {
        const probabilities = softmax(Float32Array.from(logits), 3);
        expect(probabilities[0] + probabilities[1] + probabilities[2]).toBeCloseTo(1, 5);
        expect(
          Math.sign(probabilities[0] - probabilities[1]) * Math.sign(logits[0] - logits[1]),
        ).toBeGreaterThanOrEqual(0);
      }),
      { seed: 1 },
    );
  });

  it('treats each row by itself', () => {
    expect([...softmax(Float32Array.of(0, 0, 500, 500), 2)]).toEqual([0.5, 0.5, 0.5, 0.5]);
  });
});

describe('wilson', () => {
  it.each(golden.wilson)('agrees with scipy on $successes of $n', ({ successes, n, interval }) => {
    const [low, high] = wilson(successes, n);
    expect(low).toBeCloseTo(interval[0], 12);
    expect(high).toBeCloseTo(interval[1], 12);
  });

  it('knows nothing of nothing', () => {
    expect(wilson(0, 0)).toEqual([0, 1]);
  });
});

describe('mcnemar', () => {
  it.each(golden.mcnemar)('agrees with scipy on $onlyA against $onlyB', (expected) => {
    const a = [...Array(expected.onlyA).fill(1), ...Array(expected.onlyB).fill(0), 1, 0];
    const b = [...Array(expected.onlyA).fill(0), ...Array(expected.onlyB).fill(1), 1, 0];
    const result = mcnemar(Uint8Array.from(a), Uint8Array.from(b));
    expect(result).toMatchObject({ onlyA: expected.onlyA, onlyB: expected.onlyB });
    expect(result.p / expected.p).toBeCloseTo(1, 9);
  });

  it('stays exact where 2^-n is no longer a number', () => {
    const p = mcnemar(new Uint8Array(5000).fill(1, 0, 2500), new Uint8Array(5000).fill(1, 2500)).p;
    expect(p).toBe(1);
  });

  it('refuses results on different texts', () => {
    expect(() => mcnemar(new Uint8Array(2), new Uint8Array(3))).toThrow(/same texts/);
  });
});
