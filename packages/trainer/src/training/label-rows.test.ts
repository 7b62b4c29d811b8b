import { describe, expect, it } from '@jest/globals';
import { collate } from '../data/batches.ts';
import { loadTensorFlow } from '../engine/tfjs/load.ts';
import { createTfjsEngine } from '../engine/tfjs/tfjs-engine.ts';
import { goldenJson, goldenModel, goldenTensors } from '../testing/golden.ts';
import { type MakeEngine, onnxruntimeEngine, runGolden, worstError } from '../testing/golden-run.ts';
import { classWeights, describeLabelRows, type LabelRow, labelRows, rowFactor } from './label-rows.ts';
import { targetsOf } from './logits.ts';

const names = ['calm', 'stormy', 'foggy'];
// 6 labelled texts: 3, 2, 1.
const texts = Int32Array.of(0, 0, 1, 0, -1, 2, 1, -1);
const rounded = (rows: readonly LabelRow[]) => rows.map(({ row }) => Array.from(row, (x) => Number(x.toFixed(6))));

describe('labelRows', () => {
  it('are one-hot where nothing is said', () => {
    expect(rounded(labelRows(names, texts, {}))).toEqual([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
  });

  it('spread a share of each label over all of them', () => {
    expect(rounded(labelRows(names, texts, { labelSmoothing: 0.3 }))[1]).toEqual([0.1, 0.8, 0.1]);
  });

  it('are weighted by the label, and the smoothing by that which it is spread to', () => {
    const rows = labelRows(names, texts, { classWeights: { stormy: 2 }, labelSmoothing: 0.3 });
    expect(rounded(rows).slice(0, 2)).toEqual([
      [0.8, 0.2, 0.1],
      [0.1, 1.6, 0.1],
    ]);
  });

  it('leave a text without a label nothing to be trained towards', () => {
    const batch = collate([Int32Array.of(1), Int32Array.of(2)], [0, 1], 0);
    const rows = labelRows(['a', 'b'], texts, { labelSmoothing: 0.5 });
    expect(targetsOf(Int32Array.of(-1, 1), batch, rows, 2).labels).toEqual(Float32Array.of(0, 0, 0.5, 1.5));
  });
});

describe('rowFactor', () => {
  const rows = labelRows(names, texts, { classWeights: { stormy: 2 } });

  it('is 1, to the bit, where every text has a label and counts alike', () => {
    expect(rowFactor(texts, [0, 2, 5], labelRows(names, texts, { labelSmoothing: 0.1 }))).toBe(1);
  });

  it('makes up for the texts without a label, and for the weights', () => {
    expect(rowFactor(texts, [0, 2, 4, 7], rows)).toBe(4 / 3);
  });

  it('is a number where no text has a label', () => {
    expect(rowFactor(texts, [4, 7], rows)).toBe(0);
  });
});

describe('classWeights', () => {
  it('balanced, give each label the same sum over its texts, with a mean of 1 over all', () => {
    const weights = classWeights(names, texts, { classWeights: 'balanced' });
    expect([3, 2, 1].map((n, label) => n * weights[label])).toEqual([2, 2, 2]);
  });

  it('balanced, leave a label without texts out of the count', () => {
    expect(classWeights([...names, 'icy'], texts, { classWeights: 'balanced' })).toEqual([2 / 3, 1, 2, 1]);
  });

  it('take the weights by name, and 1 for the others', () => {
    expect(classWeights(names, texts, { classWeights: { foggy: 3, calm: 0.5 } })).toEqual([0.5, 1, 3]);
  });

  it('refuse a name that is no label', () => {
    expect(() => classWeights(names, texts, { classWeights: { icy: 1 } })).toThrow(
      expect.objectContaining({ name: 'UserError', remedy: 'use one of: calm, stormy, foggy' }),
    );
  });
});

describe('describeLabelRows', () => {
  it('tells the weights and the smoothing', () => {
    const settings = { classWeights: 'balanced' as const, labelSmoothing: 0.1 };
    expect(describeLabelRows(names, texts, settings)).toBe(
      'class weights: calm 0.667, stormy 1, foggy 2; label smoothing 0.1',
    );
  });

  it('says nothing where texts count alike and as they are', () => {
    expect(describeLabelRows(names, texts, { labelSmoothing: 0 })).toBeUndefined();
  });
});

interface GoldenLosses
  extends Record<'weighted' | 'smoothed' | 'unlabelled' | 'both', { loss: number; gradientNorm: number }> {
  classWeights: number[];
  labelSmoothing: number;
}

const { tf } = loadTensorFlow(['@tensorflow/tfjs']);
const engines: [string, MakeEngine][] = [
  ['onnxruntime', onnxruntimeEngine],
  ['TensorFlow.js', async (options) => createTfjsEngine(tf, options)],
];
const golden = goldenJson('label-targets/losses.json') as GoldenLosses;
const { labels } = goldenModel('distilbert-gradient').config;
const weights = Object.fromEntries(labels.map((label, i) => [label, golden.classWeights[i]]));
const { labelSmoothing } = golden;

describe.each(engines)('a step on %s, against PyTorch', (_, makeEngine) => {
  const hard = { hard: 1, soft: 0, temperature: 1 };
  const run = (settings: object) => runGolden(makeEngine, 'distilbert-gradient', hard, settings);

  it.each([
    ['weighted', { classWeights: weights }],
    ['smoothed', { labelSmoothing }],
    ['both', { classWeights: weights, labelSmoothing }],
    ['unlabelled', { classWeights: weights, labelSmoothing, labels: [2, -1, 1] }],
  ] as const)('has the same loss and the same norm of the gradient: %s', async (name, settings) => {
    const { step } = await run(settings);
    expect(step.loss).toBeCloseTo(golden[name].loss, 5);
    expect(step.norm).toBeCloseTo(golden[name].gradientNorm, 4);
  });

  it('has the same where a step is computed in batches of one text, one of them without a label', async () => {
    const { step } = await run({ classWeights: weights, labelSmoothing, labels: [2, -1, 1], batchSize: 1 });
    expect(step.loss).toBeCloseTo(golden.unlabelled.loss, 5);
    expect(step.norm).toBeCloseTo(golden.unlabelled.gradientNorm, 4);
  });

  it('has the loss 0 and no gradient where no text has a label', async () => {
    const { step } = await run({ labels: [-1, -1, -1] });
    expect([step.loss, step.norm]).toEqual([0, 0]);
  });

  it('has the same gradients with weights and smoothing', async () => {
    const { gradients } = await run({ classWeights: weights, labelSmoothing });
    expect(worstError(gradients, goldenTensors('label-targets/both.safetensors'))).toBeLessThan(1e-4);
  });
});
