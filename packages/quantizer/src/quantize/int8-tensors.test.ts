import { describe, expect, it } from '@jest/globals';
import { fromFloat16, int8sOf, tensorOf } from '@retort/onnx';
import { Random } from '@retort/shared';
import { rowScaled } from './int8-tensors.ts';

const [rows, columns] = [50, 24];

function table(spread: number) {
  const random = new Random(5);
  return Float32Array.from({ length: rows * columns }, () => spread * random.normal());
}

describe('a table with a scale a row', () => {
  const weights = table(0.05);
  const { values, scales } = rowScaled(tensorOf('float32', [rows, columns], weights), 'table');
  const steps = fromFloat16(new Uint16Array(scales.data.slice().buffer));

  it('has scales of half precision', () => {
    expect(scales).toMatchObject({ type: 'float16', shape: [rows, 1] });
  });

  it('is off by at most half a step, and clips no weight', () => {
    const levels = int8sOf(values);
    const off = weights.map((weight, i) => Math.abs(levels[i] * steps[Math.floor(i / columns)] - weight));
    const share = off.map((error, i) => error / steps[Math.floor(i / columns)]);
    expect(Math.max(...share)).toBeLessThanOrEqual(0.5 + 1e-4);
  });

  it('has scales at most a thousandth above those that reach the largest weights', () => {
    const ratios = Array.from(steps, (scale, row) => {
      const largest = Math.max(...weights.slice(row * columns, (row + 1) * columns).map(Math.abs));
      return scale / (largest / 127);
    });
    expect(Math.min(...ratios)).toBeGreaterThanOrEqual(1 - 1e-6);
    expect(Math.max(...ratios)).toBeLessThanOrEqual(1 + 2 ** -10);
  });

  it.each([
    ['small', 1e-6],
    ['large', 1e8],
  ])('has float32 scales where its weights are too %s for half precision', (_, spread) => {
    const other = rowScaled(tensorOf('float32', [rows, columns], table(spread)), 'table');
    expect(other.scales.type).toBe('float32');
  });
});
