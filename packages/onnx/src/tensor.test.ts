import { describe, expect, it } from '@jest/globals';
import { floatsOf, int64sOf, numbersOf, tensorOf, uint8sOf } from './tensor.ts';

describe('tensorOf', () => {
  it('takes the memory of a typed array without copying', () => {
    const array = new Float32Array([1, 2, 3, 4, 5, 6]);
    const tensor = tensorOf('float32', [2, 2], array.subarray(1, 5));
    array[1] = 20;
    expect(Array.from(floatsOf(tensor))).toEqual([20, 3, 4, 5]);
  });

  it('converts a list of numbers', () => {
    expect(Array.from(int64sOf(tensorOf('int64', [2], [-1, 2 ** 40])))).toEqual([-1n, 2n ** 40n]);
    expect(Array.from(uint8sOf(tensorOf('bool', [3], [0, 5, 1])))).toEqual([0, 1, 1]);
  });

  it('packs 4-bit elements two to a byte', () => {
    expect(tensorOf('int4', [3], new Uint8Array([0x21, 0x03])).data).toHaveLength(2);
  });

  it('refuses elements that do not fill the shape', () => {
    expect(() => tensorOf('float32', [2, 3], [1, 2])).toThrow(/\[2, 3\] needs 24 bytes, not 8/);
  });

  it('refuses numbers for types that have no plain reading', () => {
    expect(() => tensorOf('float16', [1], [1])).toThrow(/float16/);
  });
});

describe('views', () => {
  it('read data that is not aligned, as inside a file', () => {
    const file = new Uint8Array(9);
    new DataView(file.buffer).setFloat32(1, 1.5, true);
    expect(Array.from(floatsOf({ type: 'float32', shape: [1], data: file.subarray(1, 5) }))).toEqual([1.5]);
  });

  it('refuse another type', () => {
    expect(() => floatsOf(tensorOf('int64', [1], [1]))).toThrow(/holds int64, not float32/);
  });

  it('give plain numbers of any type that has them', () => {
    expect(numbersOf(tensorOf('int64', [2], [3, -4]))).toEqual([3, -4]);
    expect(numbersOf(tensorOf('int16', [1], new Int16Array([-2])))).toEqual([-2]);
    expect(numbersOf(tensorOf('float16', [1], new Uint16Array([1])))).toBeUndefined();
  });
});
