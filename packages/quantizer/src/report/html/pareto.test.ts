import { describe, expect, it } from '@jest/globals';
import { paretoFront } from './pareto.ts';

describe('paretoFront', () => {
  it('has those that no other beats, by cost', () => {
    const points = [
      { cost: 100, accuracy: 0.95 },
      { cost: 50, accuracy: 0.9 },
      { cost: 60, accuracy: 0.9 },
      { cost: 10, accuracy: 0.9 },
      { cost: 5, accuracy: 0.8 },
    ];
    expect(paretoFront(points)).toEqual([4, 3, 0]);
  });

  it('has both of two that are the same', () => {
    const same = { cost: 1, accuracy: 0.5 };
    expect(paretoFront([same, same])).toEqual([0, 1]);
  });
});
