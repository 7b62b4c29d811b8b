import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lineOfPath } from './json-lines.ts';

const text = `{
  "a": { "b": [1,
    {"c": "{[\\"b\\": ,"}
  ]},
  "c":
    null
}`;

describe('lineOfPath', () => {
  it.each([
    [['a'], 2],
    [['a', 'b', 0], 2],
    [['a', 'b', 1, 'c'], 3],
    [['c'], 5],
  ])('finds %j', (path, line) => {
    expect(lineOfPath(text, path)).toBe(line);
  });

  it('gives the line of what is around a value that is missing', () => {
    expect(lineOfPath(text, ['a', 'b', 1, 'd'])).toBe(3);
  });

  it('gives no line for the whole file', () => {
    expect(lineOfPath(text, [])).toBeUndefined();
  });

  it('finds its way through any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const around = JSON.stringify({ value, last: 1 }, null, 1);
        expect(lineOfPath(around, ['last'])).toBe(around.split('\n').length - 1);
      }),
      { seed: 1 },
    );
  });
});
