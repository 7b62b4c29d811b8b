import { describe, expect, it } from '@jest/globals';
import { fromFloat16 } from '@retort/onnx';
import fc from 'fast-check';
import { packHalves, quantizeBlocks } from './int4.ts';

/** The table that 4 bits stand for. */
function dequantize(weights: Float32Array, rows: number, columns: number, block: number): number[] {
  const { values, scales } = quantizeBlocks(weights, rows, columns, block);
  const singles = fromFloat16(scales);
  return Array.from(values, (value, i) => value * singles[Math.floor(i / block)]);
}

describe('quantizeBlocks', () => {
  it('keeps weights that are multiples of a scale, whichever sign the largest has', () => {
    const weights = Float32Array.from([-4, 1.5, 0, 3.5, 4, -3.5, 0.5, 2]);
    expect(dequantize(weights, 1, 8, 4)).toEqual([...weights]);
  });

  it('is off by no more than plain rounding over the whole range would be, squared and summed', () => {
    const weight = fc.float({ min: -10, max: 10, noNaN: true });
    fc.assert(
      fc.property(fc.array(weight, { minLength: 16, maxLength: 16 }), (values) => {
        const weights = Float32Array.from(values);
        const reaching = Math.max(2 ** -10, Math.max(...weights.map(Math.abs)) / 8);
        const error = dequantize(weights, 1, 16, 16).reduce((sum, value, i) => sum + (value - weights[i]) ** 2, 0);
        // One level is missing on one side, so there the largest may be off by a whole step.
        expect(error).toBeLessThanOrEqual(16 * reaching ** 2);
      }),
    );
  });

  it('clips an outlier where that costs less than coarse steps for the others', () => {
    const weights = Float32Array.from({ length: 64 }, (_, i) => (i === 0 ? 8 : ((i % 7) - 3) * 0.9));
    const { scales } = quantizeBlocks(weights, 1, 64, 64);
    expect(Math.abs(fromFloat16(scales)[0])).toBeLessThan(1);
  });

  it('makes zeros of a block of zeros', () => {
    expect(dequantize(new Float32Array(16), 1, 16, 16)).toEqual(Array.from({ length: 16 }, () => 0));
  });
});

describe('packHalves', () => {
  it('puts the second half of a row above the first', () => {
    expect([...packHalves(Int8Array.from([-8, 7, 0, -1, 1, 2, 3, 4]), 2, 4)]).toEqual([0x80, 0x7f, 0xb9, 0xca]);
  });
});
