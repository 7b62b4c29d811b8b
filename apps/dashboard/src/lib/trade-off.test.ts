import { describe, expect, it } from '@jest/globals';
import type { MeasuredModel } from '@retort/server/client';
import { tradeOff } from './trade-off.ts';

const model = (name: string, accuracy: number, bytes: number): MeasuredModel => ({
  ...{ run: 'r', experiment: 'a', project: 'a', seed: 1, startedAt: '2026-01-01T00:00:00Z', cpu: 'x', model: name },
  ...{ madeBy: name === 'student' ? 'd' : null, dataSet: 'x', n: 100, delta: null },
  figures: { accuracy: { value: accuracy, low: null, high: null }, bytes: { value: bytes, low: null, high: null } },
});
const models = [model('teacher', 0.99, 400), model('student', 0.98, 200), model('large', 0.97, 300)];

describe('tradeOff', () => {
  it('marks those that no other beats, and leads to what made a model, else to its report', () => {
    const points = tradeOff(models, 'bytes', { references: false });
    expect(points.map(({ name, onFront, url, kind }) => [name, onFront, url, kind])).toEqual([
      ['teacher', true, '/runs/r', 'teacher'],
      ['student', true, '/runs/d', 'student'],
      ['large', false, '/runs/r', 'other'],
    ]);
  });

  it('has the notebooks’ four results beside them, never on the front', () => {
    const points = tradeOff(models, 'bytes', { references: true }).filter(({ reference }) => reference);
    expect(points.map(({ cost }) => cost)).toEqual([438e6, 265.5e6, 181.5e6, 138.1e6]);
    expect(points.every(({ onFront }) => !onFront)).toBe(true);
    expect(tradeOff(models, 'latency.p50.texts', { references: true }).map(({ cost }) => cost)).toEqual([
      495.5, 299.9, 340, 191.6,
    ]);
  });
});
