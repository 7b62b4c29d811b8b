import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { floatsOf, numbersOf, tensorOf } from '../tensor.ts';
import { transposeTensor } from './transpose.ts';

const w = tensorOf('float32', [2, 3], [1, 2, 3, 4, 5, 6]);

describe('transposeTensor', () => {
  it('turns rows into columns', () => {
    const turned = transposeTensor(w);
    expect(turned?.shape).toEqual([3, 2]);
    expect(turned && Array.from(floatsOf(turned))).toEqual([1, 4, 2, 5, 3, 6]);
  });

  it('puts each element where the definition says, for each size of element', () => {
    const cases = fc.tuple(
      fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 }),
      fc.constantFrom('uint8', 'int32', 'int64', 'float64'),
      fc.nat(),
    );
    fc.assert(
      fc.property(cases, ([shape, type, seed]) => {
        const count = shape.reduce((total, length) => total * length, 1);
        const source = tensorOf(
          type,
          shape,
          Array.from({ length: count }, (_, i) => i),
        );
        const order = shape.map((_, axis) => axis).sort((a, b2) => ((a * 7 + seed) % 5) - ((b2 * 7 + seed) % 5));
        const turned = transposeTensor(source, order);
        const numbers = turned === undefined ? [] : (numbersOf(turned) ?? []);
        const at = (index: readonly number[], lengths: readonly number[]) =>
          index.reduce((sum, i, axis) => sum * lengths[axis] + i, 0);
        for (let flat = 0; flat < count; flat++) {
          const index = shape.map(
            (length, axis) => Math.floor(flat / shape.slice(axis + 1).reduce((a, c) => a * c, 1)) % length,
          );
          const moved = order.map((axis) => index[axis]);
          expect(numbers[at(moved, turned?.shape ?? [])]).toBe(flat);
        }
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it('leaves 4-bit elements to others', () => {
    expect(transposeTensor(tensorOf('int4', [2, 2], new Uint8Array(2)))).toBeUndefined();
  });
});
