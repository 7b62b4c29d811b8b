import { describe, expect, it } from '@jest/globals';
import { flatten } from './flatten.ts';

describe('flatten', () => {
  it('names each value by its place', () => {
    expect(
      flatten({ seed: 1, student: { layers: 2, init: null }, labels: ['a', 'b'], sources: [{ path: 'x' }] }),
    ).toEqual([
      ['seed', 1],
      ['student.layers', 2],
      ['student.init', null],
      ['labels', 'a, b'],
      ['sources[0].path', 'x'],
    ]);
  });
});
