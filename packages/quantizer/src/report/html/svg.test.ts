import { describe, expect, it } from '@jest/globals';
import { escapeHtml, scale, ticks } from './svg.ts';

describe('ticks', () => {
  it.each([
    [
      [0, 1],
      [0, 0.2, 0.4, 0.6, 0.8, 1],
    ],
    [
      [0.912, 0.987],
      [0.92, 0.94, 0.96, 0.98],
    ],
    [[0.9, 0.9], []],
  ] as const)('of %j are %j', (domain, expected) => {
    if (expected.length > 0) expect(ticks(domain)).toEqual(expected);
    else expect(ticks(domain).length).toBeLessThanOrEqual(1);
  });

  it('of a logarithmic axis are 1, 2 and 5 times powers of ten', () => {
    expect(ticks([0.9, 120], true)).toEqual([1, 2, 5, 10, 20, 50, 100]);
  });
});

describe('scale', () => {
  it.each([
    [false, 50, 25],
    [true, 10, 25],
  ])('puts the middle of a domain into the middle of a range (logarithmic: %p)', (logarithmic, value, place) => {
    expect(scale(logarithmic ? [1, 100] : [0, 100], [0, 50], logarithmic)(value)).toBeCloseTo(place, 9);
  });

  it('has a place for the value of an empty domain', () => {
    expect(scale([3, 3], [0, 50])(3)).toBe(0);
  });
});

describe('escapeHtml', () => {
  it('leaves no markup', () => {
    expect(escapeHtml(`<a href="x" title='y'>&`)).toBe('&#60;a href=&#34;x&#34; title=&#39;y&#39;&#62;&#38;');
  });
});
