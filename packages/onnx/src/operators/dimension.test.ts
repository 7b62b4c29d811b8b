import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { product, quotient } from './dimension.ts';

const dimension = fc.oneof(fc.integer({ min: 1, max: 50 }), fc.constantFrom('batch', 'length', 'heads'));

describe('products of dimensions', () => {
  it('put the number first and the names in order', () => {
    expect(product(['length', 3, 'batch', 4])).toBe('12*batch*length');
  });

  it('are numbers where no name is', () => {
    expect(product([])).toBe(1);
    expect(product([2, 0, 'batch'])).toBe(0);
  });

  it('come apart again', () => {
    fc.assert(
      fc.property(fc.array(dimension), fc.array(dimension), (a, b) => {
        expect(quotient(product([...a, ...b]), product(b))).toBe(product(a));
      }),
      { seed: 1 },
    );
  });

  it('do not come apart with a remainder or a name too many', () => {
    expect(quotient(10, 4)).toBeUndefined();
    expect(quotient('2*batch', 'length')).toBeUndefined();
  });
});
