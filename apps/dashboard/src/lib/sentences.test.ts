import { describe, expect, it } from '@jest/globals';
import { formatContribution, markParts } from './sentences.ts';

const text = 'One. Two. Three.';
const parts = [
  { start: 0, end: 5, contributions: { ai: 2, human: -2 } },
  { start: 5, end: 10, contributions: { ai: -1, human: 1 } },
  { start: 10, end: 16, contributions: { ai: 0.1, human: -0.1 } },
];

describe('markParts', () => {
  it('tells how much each part speaks for a label, the strongest most', () => {
    expect(markParts(text, parts, 'ai')).toEqual([
      { start: 0, end: 5, text: 'One. ', value: 2, level: 4, speaks: 'for' },
      { start: 5, end: 10, text: 'Two. ', value: -1, level: 2, speaks: 'against' },
      { start: 10, end: 16, text: 'Three.', value: 0.1, level: 0, speaks: 'neither' },
    ]);
  });

  it('marks nothing where nothing speaks', () => {
    const silent = [{ start: 0, end: 4, contributions: { ai: 0 } }];
    expect(markParts('One.', silent, 'ai')).toMatchObject([{ level: 0, speaks: 'neither' }]);
  });

  it('has no parts for a text that was not explained', () => {
    expect(markParts(text, [], 'ai')).toEqual([]);
  });
});

describe('formatContribution', () => {
  it.each([
    [1.254, '+1.25'],
    [-0.3, '−0.30'],
    [0, '+0.00'],
  ])('%d is %s', (value, written) => {
    expect(formatContribution(value)).toBe(written);
  });
});
