import { describe, expect, it } from '@jest/globals';
import { describeReading, formatBytes, formatFigure, formatProbability, formatWhole, rankScores } from './format.ts';

describe('formatBytes', () => {
  it.each([
    [495, '495 B'],
    [999_949, '999.9 kB'],
    [999_960, '1.0 MB'],
    [67_300_000, '67.3 MB'],
    [2_500_000_000_000, '2500.0 GB'],
  ])('%d is %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe('formatWhole', () => {
  it.each([
    [0, '0'],
    [-123, '-123'],
    [1000, '1,000'],
    [-1_234_567, '-1,234,567'],
  ])('%d is %s', (value, text) => {
    expect(formatWhole(value)).toBe(text);
  });
});

describe('formatProbability', () => {
  it.each([
    [0.93, '93.0 %'],
    [0, '0.0 %'],
    [0.0001, '< 0.1 %'],
    [0.99999, '> 99.9 %'],
    [1, '100.0 %'],
  ])('%d is %s', (probability, text) => {
    expect(formatProbability(probability)).toBe(text);
  });
});

describe('formatFigure', () => {
  it.each([
    [1234567, '1,234,567'],
    [0.95312, '0.9531'],
  ])('%d is %s', (value, text) => {
    expect(formatFigure(value)).toBe(text);
  });
});

describe('rankScores', () => {
  it('puts the likeliest label first', () => {
    expect(rankScores({ a: 0.2, b: 0.5, c: 0.3 })).toEqual([
      ['b', 0.5],
      ['c', 0.3],
      ['a', 0.2],
    ]);
  });
});

describe('describeReading', () => {
  it.each([
    [{ tokens: 12, windows: ['all'], truncated: false }, 'The model has read all of it: 12 tokens.'],
    [
      { tokens: 300, windows: ['first', 'second', 'third'], truncated: false },
      'The model has read all of it: 300 tokens in 3 windows.',
    ],
    [
      { tokens: 128, windows: ['all'], truncated: true },
      'The text is longer than the model reads: only 128 of its tokens count.',
    ],
  ])('%p', (reading, text) => {
    expect(describeReading(reading)).toBe(text);
  });
});
