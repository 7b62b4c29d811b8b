import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { insertRun } from '../../testing/runs.ts';
import { createTestDatabase } from '../../testing/test-database.ts';
import { curves } from './curves.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const long = Array.from({ length: 5000 }, (_, i) => (i === 1234 ? 100 : i === 4321 ? -100 : Math.sin(i / 50)));

describe('curves', () => {
  it('gives a short curve whole, NaN included', async () => {
    const { run } = await insertRun(database.sql, { curves: { loss: [2, Number.NaN, 1], accuracy: [0, 0, 1] } });
    const result = await curves(database.sql, { runs: [run], metrics: ['loss'] });
    const start = Date.UTC(2026, 2, 1, 12);
    expect(result.curves).toEqual([
      {
        run,
        metric: 'loss',
        total: 3,
        lines: [1, 3, 5],
        steps: [0, 10, 20],
        epochs: [0, 0.1, 0.2],
        times: [start, start + 1230, start + 2460],
        values: [2, Number.NaN, 1],
      },
    ]);
  });

  it('keeps spikes, the first and the last point of a long curve, in the order of its lines', async () => {
    const { run } = await insertRun(database.sql, { curves: { loss: long } });
    const [{ values, lines, steps, times, total }] = (
      await curves(database.sql, { runs: [run], metrics: ['loss'], points: 100 })
    ).curves;
    expect(total).toBe(5000);
    expect(values.length).toBeLessThanOrEqual(100);
    expect(values.length).toBeGreaterThan(90);
    expect([Math.max(...values), Math.min(...values)]).toEqual([100, -100]);
    expect([lines[0], lines.at(-1)]).toEqual([1, 5000]);
    expect(lines).toEqual([...lines].sort((a, b) => a - b));
    expect(values).toEqual(lines.map((line) => long[line - 1]));
    expect(steps).toEqual(lines.map((line) => (line - 1) * 10));
    expect(times).toEqual(lines.map((line) => Date.UTC(2026, 2, 1, 12) + (line - 1) * 1230));
  });

  it('keeps within the resolution, with the extremes, whatever the curve', async () => {
    const { sql } = database;
    const value = fc.oneof(fc.double({ noDefaultInfinity: true, noNaN: true }), fc.constant(0));
    await fc.assert(
      fc.asyncProperty(
        fc.array(value, { minLength: 1, maxLength: 120 }),
        fc.integer({ min: 10, max: 60 }),
        async (values, points) => {
          const { run } = await insertRun(sql, { curves: { other: [1, ...values], loss: values } });
          const [curve] = (await curves(sql, { runs: [run], metrics: ['loss'], points })).curves;
          expect(curve.total).toBe(values.length);
          expect(curve.values.length).toBeLessThanOrEqual(Math.max(points, Math.min(values.length, points)));
          if (values.length <= points) expect(curve.values.map((v) => v + 0)).toEqual(values.map((v) => v + 0));
          expect(Math.max(...curve.values)).toBe(Math.max(...values.map((v) => v + 0)));
          expect(Math.min(...curve.values)).toBe(Math.min(...values.map((v) => v + 0)));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('draws a part of a curve as finely as the whole', async () => {
    const { run } = await insertRun(database.sql, { curves: { loss: long } });
    const part = await curves(database.sql, {
      runs: [run],
      metrics: ['loss'],
      points: 50,
      steps: { from: 1000, to: 1290 },
    });
    expect(part.curves[0]).toMatchObject({ total: 30, values: long.slice(100, 130) });
    const coarse = await curves(database.sql, { runs: [run], metrics: ['loss'], points: 50, steps: { from: 10_000 } });
    expect(coarse.curves[0].total).toBe(4000);
    expect(coarse.curves[0].lines[0]).toBe(1001);
    expect(coarse.curves[0].values.length).toBeLessThanOrEqual(50);
    expect((await curves(database.sql, { runs: [run], metrics: ['loss'], steps: { to: -1 } })).curves).toEqual([]);
  });

  it('draws several runs and metrics at once, in the order in which they are named', async () => {
    const a = await insertRun(database.sql, { curves: { loss: [1], accuracy: [2] } });
    const b = await insertRun(database.sql, { curves: { accuracy: [3] } });
    const result = await curves(database.sql, { runs: [b.run, a.run], metrics: ['accuracy', 'loss', 'none'] });
    expect(result.curves.map(({ run, metric, values }) => [run, metric, ...values])).toEqual([
      [b.run, 'accuracy', 3],
      [a.run, 'accuracy', 2],
      [a.run, 'loss', 1],
    ]);
    expect(result.cursor).toBe(`${b.run}.1.s~${a.run}.2.s`);
  });

  it.each([
    [{ points: 9 }, 'a curve cannot be drawn by 9 points'],
    [{ points: 10_001 }, 'a curve cannot be drawn by 10001 points'],
    [{ runs: ['7'] }, 'there is no run "7"'],
  ])('refuses %j', async (query, message) => {
    await expect(curves(database.sql, { runs: [], metrics: ['loss'], ...query })).rejects.toThrow(message);
  });
});
