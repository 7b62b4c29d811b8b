import { describe, expect, it } from '@jest/globals';
import { fromBfloat16, fromFloat16 } from './half.ts';

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
