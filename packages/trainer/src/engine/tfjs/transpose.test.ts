import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { loadTensorFlow } from './load.ts';
import { transposed } from './transpose.ts';

/** A shape and an order of its axes. */
const shapeAndPerm = fc
  .array(fc.integer({ min: 1, max: 4 }), { maxLength: 5 })
  .chain((shape) => fc.tuple(fc.constant(shape), fc.shuffledSubarray([...shape.keys()], { minLength: shape.length })));

describe('transposed', () => {
  it('puts each element where the order of the axes says', () => {
    fc.assert(
      fc.property(shapeAndPerm, ([shape, perm]) => {
        const size = shape.reduce((a, b) => a * b, 1);
        const result = transposed(
          Int32Array.from({ length: size }, (_, i) => i),
          shape,
          perm,
        );
        const newShape = perm.map((axis) => shape[axis]);
        const expected = new Int32Array(size);
        for (let i = 0; i < size; i++) {
          const places = placesOf(i, shape);
          expected[
            indexOf(
              perm.map((axis) => places[axis]),
              newShape,
            )
          ] = i;
        }
        expect(result).toEqual(expected);
      }),
      { seed: 1 },
    );
  });

  it('is what the backend in plain JavaScript computes by', () => {
    const { tf } = loadTensorFlow(['@tensorflow/tfjs']);
    const numbers = tf.tidy(() => tf.transpose(tf.tensor3d([0, 1, 2, 3, 4, 5], [1, 2, 3]), [2, 0, 1]).arraySync());
    expect(numbers).toEqual([[[0, 3]], [[1, 4]], [[2, 5]]]);
  });
});

function placesOf(index: number, shape: readonly number[]): number[] {
  const places: number[] = [];
  for (const size of [...shape].reverse()) {
    places.unshift(index % size);
    index = Math.floor(index / size);
  }
  return places;
}

function indexOf(places: readonly number[], shape: readonly number[]): number {
  return places.reduce((index, place, axis) => index * shape[axis] + place, 0);
}
