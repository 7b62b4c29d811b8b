import { describe, expect, it } from '@jest/globals';
import type { MeasuredModel } from '@retort/server/client';
import { describeLatency, latencyMetrics, newestReports, retentions, testSets } from './measured-models.ts';

const figure = (value: number) => ({ value, low: value - 0.01, high: value + 0.01 });
const model = (run: string, name: string, accuracy: number, more: Record<string, number> = {}): MeasuredModel => ({
  ...{ run, experiment: 'a', project: 'a', seed: 1, startedAt: '2026-01-01T00:00:00Z', cpu: null, model: name },
  ...{ madeBy: null, dataSet: 'x', n: 100, delta: null },
  figures: {
    accuracy: figure(accuracy),
    ...Object.fromEntries(Object.entries(more).map(([metric, value]) => [metric, { value, low: null, high: null }])),
  },
});

describe('newestReports', () => {
  it('leaves out what a newer report of the project measured on the same texts', () => {
    const models = [
      model('new', 'teacher', 0.9),
      model('old', 'teacher', 0.8),
      { ...model('other', 'teacher', 0.7), dataSet: 'y' },
    ];
    expect(newestReports(models).map(({ run }) => run)).toEqual(['new', 'other']);
  });
});

describe('testSets', () => {
  it('keep models apart that were measured on other texts, the newest report’s first', () => {
    const other = { ...model('b', 'teacher', 0.8), project: 'b', dataSet: 'y', n: 1200 };
    const sets = testSets([other, model('a', 'teacher', 0.9), model('c', 'student', 0.7)]);
    expect(sets.map(({ title, models }) => [title, models.map(({ run }) => run)])).toEqual([
      ['b (1,200 texts)', ['b']],
      ['a (100 texts)', ['a', 'c']],
    ]);
  });
});

describe('latencyMetrics', () => {
  it('come with whole texts first, then by length', () => {
    const models = [
      model('a', 'x', 1, { 'latency.p50.256': 1, 'latency.p95.128': 1, 'latency.p50.texts': 1 }),
      model('a', 'y', 1, { 'latency.p50.128': 1 }),
    ];
    expect(latencyMetrics(models)).toEqual(['latency.p50.texts', 'latency.p50.128', 'latency.p50.256']);
    expect(latencyMetrics(models).map(describeLatency)).toEqual(['whole texts', '128 tokens', '256 tokens']);
  });
});

describe('retentions', () => {
  it('are shares of the accuracy of the same report’s teacher, in the order of the kinds', () => {
    const models = [
      model('a', 'student-int8', 0.72),
      model('a', 'teacher', 0.9),
      model('a', 'student', 0.81),
      model('b', 'student', 0.5),
    ];
    expect(retentions(models)).toMatchObject([
      { model: 'teacher', retention: 1 },
      { model: 'student', retention: expect.closeTo(0.9, 12), low: expect.closeTo(0.8 / 0.9, 12) },
      { model: 'student-int8', retention: expect.closeTo(0.8, 12), bytes: null },
    ]);
  });
});
