import { describe, expect, it } from '@jest/globals';
import { tinySettings } from '../testing/tiny-training.ts';
import { limitToSteps } from './limit-texts.ts';

const texts = Array.from({ length: 20 }, (_, i) => Int32Array.of(i, 1));
const data = {
  train: {
    labels: Int32Array.from(texts, (_, i) => i % 2),
    texts,
    isLong: texts.map((_, i) => i % 2 === 1),
    views: (epoch: number) => texts.map(([id]) => Int32Array.of(id, 10 * epoch)),
  },
  validation: { labels: Int32Array.of(), windows: [], tokens: Int32Array.of() },
  labelNames: ['even', 'odd'],
};
const settings = { ...tinySettings, epochs: 3, batchSize: 2, accumulation: 2 };

describe('limitToSteps', () => {
  it('leaves all as it is where no steps are named', () => {
    expect(limitToSteps(undefined, data, settings, 1)).toEqual({ texts: data, settings });
  });

  it('takes as many texts as the steps need, with their labels and views', () => {
    const { train } = limitToSteps(3, data, settings, 1).texts;
    const views = train.views(2);
    expect(views).toHaveLength(12);
    expect(views.map(([id]) => id % 2)).toEqual([...train.labels]);
    expect(views.map(([id]) => id)).toEqual(train.texts.map(([id]) => id));
    expect(new Set(views.map(([id]) => id)).size).toBe(12);
  });

  it('knows which of them are long', () => {
    const { labels, isLong } = limitToSteps(3, data, settings, 1).texts.train;
    expect(isLong).toEqual([...labels].map((label) => label === 1));
  });

  it.each([
    [3, 1],
    [5, 1],
    [6, 2],
    [11, 3],
  ])('has epochs enough for %d steps: %d', (steps, epochs) => {
    expect(limitToSteps(steps, data, settings, 1).settings.epochs).toBe(epochs);
  });
});
