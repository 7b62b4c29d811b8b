import { describe, expect, it } from '@jest/globals';
import { Random } from '@retort/shared';
import fc from 'fast-check';
import { quantizeColumns, quantizeRows } from './symmetric.ts';

describe('quantizeColumns', () => {
  it('is off by at most half a step of each column', () => {
    const [rows, columns] = [40, 17];
    const random = new Random(3);
    const weights = Float32Array.from(
      { length: rows * columns },
      (_, i) => random.normal() * 10 ** ((i % columns) - 8),
    );
    const { values, scales } = quantizeColumns(weights, rows, columns);
    const steps = weights.map((weight, i) => Math.abs(values[i] * scales[i % columns] - weight) / scales[i % columns]);
    expect(Math.max(...steps)).toBeLessThanOrEqual(0.5 + 1e-4);
  });

  it('uses the whole range of each column, and never -128', () => {
    const { values } = quantizeColumns(Float32Array.of(-3, 0.012, 1, 0.02), 2, 2);
    expect([...values]).toEqual([-127, 76, 42, 127]);
  });

  it('keeps a column of zeros at zero, with a scale that divides', () => {
    const { values, scales } = quantizeColumns(Float32Array.of(0, 1, 0, -1), 2, 2);
    expect([...values]).toEqual([0, 127, 0, -127]);
    expect([...scales]).toEqual([1, Math.fround(1 / 127)]);
  });

  it('keeps a constant column exactly, up to the rounding of its scale', () => {
    const { values, scales } = quantizeColumns(Float32Array.of(0.3, 0.3, 0.3), 3, 1);
    expect([...values]).toEqual([127, 127, 127]);
    expect(127 * scales[0]).toBeCloseTo(0.3, 7);
  });

  it('takes numbers too small for a scale as zero', () => {
    const { values, scales } = quantizeColumns(Float32Array.of(1e-44, -1e-44), 2, 1);
    expect([...values]).toEqual([0, 0]);
    expect([...scales]).toEqual([1]);
  });

  it('equals the rows of the transposed matrix', () => {
    const matrix = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })).chain(([rows, columns]) =>
      fc.record({
        rows: fc.constant(rows),
        columns: fc.constant(columns),
        weights: fc.float32Array({
          minLength: rows * columns,
          maxLength: rows * columns,
          noNaN: true,
          noDefaultInfinity: true,
        }),
      }),
    );
    fc.assert(
      fc.property(matrix, ({ rows, columns, weights }) => {
        const transposed = weights.map((_, i) => weights[(i % rows) * columns + Math.floor(i / rows)]);
        const byColumn = quantizeColumns(weights, rows, columns);
        const byRow = quantizeRows(transposed, columns, rows);
        expect(byRow.scales).toEqual(byColumn.scales);
        expect(byRow.values).toEqual(
          byColumn.values.map((_, i) => byColumn.values[(i % rows) * columns + Math.floor(i / rows)]),
        );
      }),
    );
  });
});

describe('quantizeRows', () => {
  it('gives each row a scale of its own', () => {
    const { values, scales } = quantizeRows(Float32Array.of(254, -100, 0.254, 0.06), 2, 2);
    expect([...values]).toEqual([127, -50, 127, 30]);
    expect([...scales]).toEqual([2, Math.fround(0.002)]);
  });
});
