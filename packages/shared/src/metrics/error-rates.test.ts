import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { confusionMatrix, labelScores } from './confusion.ts';
import { evaluate } from './evaluate.ts';
import { reliabilityBins } from './reliability.ts';
import { rankingScores, rocCurve, truePositiveRate } from './roc.ts';

interface Golden {
  readonly labelCount: number;
  readonly logits: number[];
  readonly labels: number[];
  readonly auroc: number;
  readonly truePositiveRates: number[];
  readonly confusion: number[][];
  readonly labelScores: [precision: number, recall: number, f1: number][];
}
const golden: readonly Golden[] = JSON.parse(
  readFileSync(new URL('../../golden/metrics.json', import.meta.url), 'utf8'),
).evaluations;
const arrays = ({ logits, labels }: Golden) => [Float32Array.from(logits), Int32Array.from(labels)] as const;

describe.each(golden)('of $labelCount labels scikit-learn gives the same', (expected) => {
  const [logits, labels] = arrays(expected);
  const { labelCount } = expected;

  it.each([
    [0.01, 0],
    [0.05, 1],
    [0.2, 2],
  ])('true-positive rate at a false-positive rate of %p', (limit, i) => {
    expect(truePositiveRate(logits, labels, labelCount, limit)).toBeCloseTo(expected.truePositiveRates[i], 9);
  });

  it('confusion matrix', () => {
    const { predictions } = evaluate(logits, labels, labelCount);
    expect(confusionMatrix(predictions, labels, labelCount)).toEqual(expected.confusion);
  });

  it('precision, recall and F1 of each label', () => {
    labelScores(expected.confusion).forEach(({ precision, recall, f1 }, label) => {
      const [p, r, f] = expected.labelScores[label];
      expect(precision).toBeCloseTo(p, 9);
      expect(recall).toBeCloseTo(r, 9);
      expect(f1).toBeCloseTo(f, 9);
    });
  });

  it('area under the curve, by trapezoids', () => {
    const areas = (labelCount === 2 ? [1] : [...Array(labelCount).keys()]).map((label) => {
      const curve = rocCurve(rankingScores(logits, labelCount, label), (i) => labels[i] === label) ?? [];
      return curve.slice(1).reduce((sum, point, i) => {
        const width = point.falsePositiveRate - curve[i].falsePositiveRate;
        return sum + (width * (point.truePositiveRate + curve[i].truePositiveRate)) / 2;
      }, 0);
    });
    expect(areas.reduce((a, b) => a + b, 0) / areas.length).toBeCloseTo(expected.auroc, 9);
  });
});

describe('rocCurve', () => {
  it('is null where a label is missing', () => {
    expect(rocCurve(Float64Array.of(1, 2), () => true)).toBeNull();
    expect(truePositiveRate(Float32Array.of(0, 1), Int32Array.of(1), 2, 0.05)).toBeNull();
  });

  it('has one point for texts of equal scores', () => {
    expect(rocCurve(Float64Array.of(1, 1), (i) => i === 0)).toEqual([
      { falsePositiveRate: 0, truePositiveRate: 0 },
      { falsePositiveRate: 1, truePositiveRate: 1 },
    ]);
  });
});

describe('labelScores', () => {
  it('are null where a label occurs nowhere', () => {
    expect(
      labelScores([
        [3, 0],
        [0, 0],
      ])[1],
    ).toEqual({ n: 0, precision: null, recall: null, f1: null });
  });
});

describe('reliabilityBins', () => {
  it('hold texts by the probability of the most probable label', () => {
    // Probabilities 0.5 (bin 8 of 15) and 0.9933 (the last one).
    const bins = reliabilityBins(Float32Array.of(0, 0, 5, 0), Int32Array.of(1, 0), 2);
    expect(bins.map(({ n }) => n)).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1]);
    expect(bins[7]).toEqual({ n: 1, confidence: 0.5, accuracy: 0 });
  });
});
