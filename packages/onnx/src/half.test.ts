import { describe, expect, it } from '@jest/globals';
import { fromBfloat16, fromFloat16, toFloat16 } from './half.ts';

describe('fromFloat16', () => {
  it.each([
    [0x0000, 0],
    [0x8000, -0],
    [0x3c00, 1],
    [0xc000, -2],
    [0x3555, 0.333251953125],
    [0x7bff, 65504],
    [0x0400, 2 ** -14],
    [0x03ff, 1023 * 2 ** -24],
    [0x0001, 2 ** -24],
    [0x7c00, Number.POSITIVE_INFINITY],
    [0xfc00, Number.NEGATIVE_INFINITY],
    [0x7e00, Number.NaN],
  ])('reads %i', (bits, value) => {
    expect(fromFloat16(Uint16Array.of(bits))).toEqual(Float32Array.of(value));
  });
});

describe('toFloat16', () => {
  it('gives back every number that has a half-precision form', () => {
    const all = Uint16Array.from({ length: 65_536 }, (_, bits) => bits);
    const numbers = all.filter((bits) => (bits & 0x7fff) <= 0x7c00);
    expect(toFloat16(fromFloat16(numbers))).toEqual(numbers);
  });

  it.each([
    ['down', 1 + 0.4 * 2 ** -10, 0x3c00],
    ['up', 1 + 0.6 * 2 ** -10, 0x3c01],
    ['to even from the middle, down', 1 + 0.5 * 2 ** -10, 0x3c00],
    ['to even from the middle, up', 1 + 1.5 * 2 ** -10, 0x3c02],
    ['up into the next power of 2', 2 - 2 ** -12, 0x4000],
    ['what has fewer digits down', 2.4 * 2 ** -24, 0x0002],
    ['what has fewer digits up', -2.6 * 2 ** -24, 0x8003],
    ['the middle below the smallest number to 0', 2 ** -25, 0x0000],
    ['up into what has all digits', 2 ** -14 - 2 ** -26, 0x0400],
    ['the largest number', 65_519, 0x7bff],
    ['what is too large to infinity', -65_520, 0xfc00],
    ['what is no number', Number.NaN, 0x7e00],
  ])('rounds %s', (_, value, bits) => {
    expect(toFloat16(Float32Array.of(value))).toEqual(Uint16Array.of(bits));
  });
});

describe('fromBfloat16', () => {
  it.each([
    [0x0000, 0],
    [0x8000, -0],
    [0x3f80, 1],
    [0xc049, -3.140625],
    [0x7f7f, 2 ** 127 * (2 - 2 ** -7)],
    [0x0001, 2 ** -133],
    [0x7f80, Number.POSITIVE_INFINITY],
    [0x7fc0, Number.NaN],
  ])('reads %i', (bits, value) => {
    expect(fromBfloat16(Uint16Array.of(bits))).toEqual(Float32Array.of(value));
  });
});
