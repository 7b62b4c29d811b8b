import type { TensorType } from '../executor.ts';

/** Element types between JavaScript and `ov_element_type_e`. */
export interface ElementTypes {
  code(type: TensorType): number;
  /** Undefined for what JavaScript has no tensor of. */
  type(code: number): TensorType | undefined;
}

/** Codes that exist in no version lie from here on. */
const codes = 32;

/**
 * The numbers of `ov_element_type_e` in the version that is loaded: releases have put names into the enumeration and taken others out, and moved the rest. They are told by their size:
 * f64 is the first of 64 bits, its neighbours are in the same order in every version, and u8 follows the smaller unsigned ones. `sizeOfEight`: bytes of 8 elements of a code.
 */
export function elementTypes(sizeOfEight: (code: number) => number | undefined): ElementTypes {
  const sizes = Array.from({ length: codes }, (_, code) => sizeOfEight(code));
  const f64 = sizes.indexOf(64);
  const u8 = sizes.indexOf(8, f64 + 6);
  const numbers: Readonly<Record<TensorType, number>> = {
    bool: f64 - 4,
    float16: f64 - 2,
    float32: f64 - 1,
    int8: f64 + 2,
    int32: f64 + 4,
    int64: f64 + 5,
    uint8: u8,
  };
  const expected: Readonly<Record<TensorType, number>> = {
    bool: 8,
    float16: 16,
    float32: 32,
    int8: 8,
    int32: 32,
    int64: 64,
    uint8: 8,
  };
  const types = Object.keys(expected).filter((name): name is TensorType => name in expected);
  const wrong = types.find((type) => sizes[numbers[type]] !== expected[type]);
  if (wrong !== undefined) throw new Error(`its element types are unknown: no ${wrong} among sizes ${sizes.join()}`);
  return { code: (type) => numbers[type], type: (code) => types.find((type) => numbers[type] === code) };
}
