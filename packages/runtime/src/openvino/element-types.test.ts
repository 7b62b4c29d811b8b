import { describe, expect, it } from '@jest/globals';
import { elementTypes } from './element-types.ts';

/** Bytes of 8 elements: bool, bf16, f16, f32, f64, i4, i8, i16, i32, i64, u1. */
const common = [8, 16, 16, 32, 64, 4, 8, 16, 32, 64, 1];
const layouts = {
  // undefined and dynamic first, u1, u4, u8
  'OpenVINO 2024.0': {
    sizes: [undefined, undefined, ...common, 4, 8, 16, 32, 64],
    float32: 5,
    int64: 11,
    uint8: 14,
    bool: 2,
  },
  // dynamic first, u1, u2, u3, u4, u6, u8; read from a tensor of each type in 2026.4.1
  'OpenVINO 2026.4': {
    sizes: [undefined, ...common, 2, 3, 4, 6, 8, 16, 32, 64, 4, 8, 8, 256, 4, 8],
    float32: 4,
    int64: 10,
    uint8: 16,
    bool: 1,
  },
};

describe('elementTypes', () => {
  it.each(Object.entries(layouts))('tells the numbers of %s by the sizes', (_name, { sizes, ...numbers }) => {
    const { code } = elementTypes((type) => sizes[type]);
    expect({ float32: code('float32'), int64: code('int64'), uint8: code('uint8'), bool: code('bool') }).toEqual(
      numbers,
    );
  });

  it('knows nothing of a type that JavaScript has no array of', () => {
    const { sizes } = layouts['OpenVINO 2026.4'];
    expect(elementTypes((type) => sizes[type]).type(2)).toBeUndefined();
  });

  it('refuses an enumeration that it does not understand', () => {
    expect(() => elementTypes(() => 8)).toThrow(/element types are unknown/);
  });
});
