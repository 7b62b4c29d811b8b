import type { ElementType } from './model.ts';

interface Element {
  /** The number of the type in TensorProto.DataType. */
  readonly code: number;
  /** 0: elements have no fixed size. */
  readonly bits: number;
}

const elements: Readonly<Record<ElementType, Element>> = {
  float32: { code: 1, bits: 32 },
  uint8: { code: 2, bits: 8 },
  int8: { code: 3, bits: 8 },
  uint16: { code: 4, bits: 16 },
  int16: { code: 5, bits: 16 },
  int32: { code: 6, bits: 32 },
  int64: { code: 7, bits: 64 },
  string: { code: 8, bits: 0 },
  bool: { code: 9, bits: 8 },
  float16: { code: 10, bits: 16 },
  float64: { code: 11, bits: 64 },
  uint32: { code: 12, bits: 32 },
  uint64: { code: 13, bits: 64 },
  bfloat16: { code: 16, bits: 16 },
  uint4: { code: 21, bits: 4 },
  int4: { code: 22, bits: 4 },
};

const byCode: ReadonlyMap<number, ElementType> = new Map(
  elementTypes().map((type): [number, ElementType] => [elements[type].code, type]),
);

/** All element types, in the order of their numbers. */
export function elementTypes(): ElementType[] {
  return [
    'float32',
    'uint8',
    'int8',
    'uint16',
    'int16',
    'int32',
    'int64',
    'string',
    'bool',
    'float16',
    'float64',
    'uint32',
    'uint64',
    'bfloat16',
    'uint4',
    'int4',
  ];
}

/** The number of `type` in TensorProto.DataType, as Cast's attribute `to` wants it. */
export function elementCode(type: ElementType): number {
  return elements[type].code;
}

/** The type with that number, or undefined for one that is not supported (complex numbers, 8-bit floats). */
export function elementTypeOf(code: number): ElementType | undefined {
  return byCode.get(code);
}

/** Bits of one element; 0 for strings. */
export function elementBits(type: ElementType): number {
  return elements[type].bits;
}

/** How many elements a tensor of this shape has: 1 for a scalar. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** Bytes of raw data of such a tensor: 4-bit elements are packed two to a byte. */
export function byteLength(type: ElementType, shape: readonly number[]): number {
  return Math.ceil((elementCount(shape) * elements[type].bits) / 8);
}
