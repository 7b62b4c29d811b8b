import { describe, expect, it } from '@jest/globals';
import { formatCell, formatDelta, formatNumber, formatSeconds, formatTime } from './format-cell.ts';

describe('formatNumber', () => {
  it.each([
    [0.95312, '0.9531'],
    [12.34567, '12.346'],
    [123456, '123,456'],
    [0.00001234, '1.23e-5'],
    [-0.5, '-0.5000'],
    [0, '0'],
    [Number.NaN, 'NaN'],
    [1234567.8, '1,234,568'],
  ])('%d is %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });
});

describe('formatDelta', () => {
  it.each([
    [0.95, 0.9, '+0.0500'],
    [0.9, 0.95, '−0.0500'],
    [0.1 + 0.2, 0.3, '±0'],
    [7, 5, '+2'],
  ])('%d to %d is %s', (value, baseline, text) => {
    expect(formatDelta(value, baseline)).toBe(text);
  });
});

describe('formatSeconds', () => {
  it.each([
    [4.26, '4.3 s'],
    [59.7, '1 min 00 s'],
    [187, '3 min 07 s'],
    [7500, '2 h 05 min'],
  ])('%d is %s', (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });
});

describe('formatCell', () => {
  it('writes a time in the zone of who looks', () => {
    expect(formatTime(new Date(2026, 2, 1, 4, 5, 59).toISOString())).toBe('2026-03-01 04:05');
  });

  it.each([
    [undefined, 'number', ''],
    [true, 'any', 'true'],
    [60, 'duration', '1 min 00 s'],
    ['x', 'text', 'x'],
  ] as const)('%p as %s', (value, type, text) => {
    expect(formatCell(value, type)).toBe(text);
  });
});
