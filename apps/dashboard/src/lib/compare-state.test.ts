import { describe, expect, it } from '@jest/globals';
import { firstMetrics, formatRange, readCompare, readRange } from './compare-state.ts';

const read = (query: string) => readCompare(new URLSearchParams(query));

describe('readCompare', () => {
  it('reads all that the URL says', () => {
    expect(read('runs=a,b,a&baseline=b&metrics=loss&x=tokens&smooth=0.6&y=log&zoom=10:250.5')).toEqual({
      runs: ['a', 'b'],
      baseline: 'b',
      metrics: ['loss'],
      by: 'tokens',
      smoothing: 0.6,
      logarithmic: true,
      zoom: [10, 250.5],
    });
  });

  it('takes the first run as the baseline where another one is not compared', () => {
    expect(read('runs=a,b&baseline=c').baseline).toBe('a');
  });

  it('takes what is wrong as not said', () => {
    expect(read('x=mood&smooth=7&y=cube&zoom=9:1')).toMatchObject({
      by: 'step',
      smoothing: 0,
      logarithmic: false,
      zoom: null,
    });
  });
});

describe('formatRange', () => {
  it('is read again as it was', () => {
    expect(readRange(formatRange([0.125, 1234.5678]) ?? null)).toEqual([0.125, 1234.57]);
    expect(formatRange(null)).toBeUndefined();
  });
});

describe('firstMetrics', () => {
  it('are those that tell most of a training, else the first four', () => {
    expect(firstMetrics(['a', 'validation.loss', 'train.loss'])).toEqual(['train.loss', 'validation.loss']);
    expect(firstMetrics(['a', 'b', 'c', 'd', 'e'])).toEqual(['a', 'b', 'c', 'd']);
  });
});
