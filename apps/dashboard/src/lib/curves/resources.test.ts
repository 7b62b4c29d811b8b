import { describe, expect, it } from '@jest/globals';
import { resourceLines, resourceMetrics, resources } from './resources.ts';

const curve = (metric: string, times: readonly number[]) => ({
  ...{ run: 'a', metric, times, total: times.length, lines: times.map((_, i) => i), steps: times.map(() => null) },
  values: times.map((_, i) => i),
});
const run = { run: 'a', startedAt: new Date(0).toISOString() };
const [memory, cores] = resources;

describe('resourceLines', () => {
  it('gives the workers a line of their own, from when there were some', () => {
    const curves = [curve(memory.own, [5000, 10_000]), curve(memory.workers, [10_000]), curve(cores.own, [5000])];
    expect(resourceLines(memory, curves, run)).toEqual([
      { name: 'own process', style: 0, x: [5, 10], y: [0, 1] },
      { name: 'workers', style: 1, x: [10], y: [0] },
    ]);
  });

  it('has no line for workers of a run that had none', () => {
    expect(resourceLines(cores, [curve(cores.own, [5000])], run)).toHaveLength(1);
  });

  it('knows every curve that stages note', () => {
    const kinds = ['memory_bytes', 'cpu_cores'];
    expect([...resourceMetrics].sort()).toEqual(
      ['resources.', 'resources.workers.'].flatMap((begin) => kinds.map((kind) => begin + kind)).sort(),
    );
  });
});
