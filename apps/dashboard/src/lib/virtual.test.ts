import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { visibleRange } from './virtual.ts';

describe('visibleRange', () => {
  it('has every row that is to be seen, and not many more', () => {
    const any = fc.record({ top: fc.nat(50_000), height: fc.integer({ min: 1, max: 2000 }), count: fc.nat(5000) });
    fc.assert(
      fc.property(any, ({ top, height, count }) => {
        const { from, to } = visibleRange({ top, height, rowHeight: 30, count });
        expect(from).toBeLessThanOrEqual(Math.min(count, Math.floor(top / 30)));
        expect(to).toBeGreaterThanOrEqual(Math.min(count, Math.ceil((top + height) / 30)));
        expect(to - from).toBeLessThanOrEqual(height / 30 + 45);
      }),
    );
  });

  it('stays the same while a few pixels are scrolled', () => {
    const at = (top: number) => visibleRange({ top, height: 600, rowHeight: 30, count: 1000 });
    expect(at(3001)).toEqual(at(3020));
  });
});
