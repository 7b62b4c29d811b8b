import { describe, expect, it } from '@jest/globals';
import { formatCsv } from './csv.ts';

describe('formatCsv', () => {
  it('has a head, and a line a row', () => {
    expect(formatCsv(['run', 'accuracy'], [['a', 0.5]])).toBe('run,accuracy\r\na,0.5\r\n');
  });

  it.each([
    ['a,b', '"a,b"'],
    ['say "no"', '"say ""no"""'],
    ['two\nlines', '"two\nlines"'],
    [null, ''],
    [undefined, ''],
    [Number.NaN, ''],
    [-1.5, '-1.5'],
    [true, 'true'],
    ['=1+1', "'=1+1"],
    ['@sum', "'@sum"],
  ])('writes %p as %s', (value, text) => {
    expect(formatCsv(['x'], [[value]])).toBe(`x\r\n${text}\r\n`);
  });
});
