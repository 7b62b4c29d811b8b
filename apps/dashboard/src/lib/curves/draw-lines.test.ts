import { describe, expect, it } from '@jest/globals';
import { axisOf, hasCourse, linesOf } from './draw-lines.ts';

const curve = (run: string, metric: string, values: readonly number[]) => ({
  ...{ run, metric, values, total: values.length, lines: values.map((_, i) => i), steps: values.map((_, i) => i) },
  times: values.map((_, i) => i * 1000),
});
const runs = ['a', 'b', 'c'].map((run) => ({ run, name: `run ${run}`, startedAt: new Date(0).toISOString() }));

describe('axisOf', () => {
  const timed = { ...curve('a', 'resources.memory_bytes', [1, 2]), steps: [null, null] };

  it('is time for what has no steps where steps are asked for', () => {
    expect(axisOf('resources.memory_bytes', [timed, curve('a', 'loss', [1])], 'step')).toBe('time');
  });

  it('is what was asked for where there are steps, in some of the curves at least', () => {
    const mixed = [timed, curve('b', 'resources.memory_bytes', [1])];
    expect([axisOf('loss', [curve('a', 'loss', [1])], 'step'), axisOf(timed.metric, mixed, 'step')]).toEqual([
      'step',
      'step',
    ]);
    expect(axisOf(timed.metric, [timed], 'tokens')).toBe('tokens');
  });
});

describe('hasCourse', () => {
  it('is false of what each run wrote once', () => {
    const curves = [curve('a', 'bytes', [1]), curve('b', 'bytes', [2]), curve('a', 'loss', [1, 2])];
    expect([hasCourse('bytes', curves), hasCourse('loss', curves)]).toEqual([false, true]);
  });
});

describe('linesOf', () => {
  it('gives a run the same style whether others have the metric or not', () => {
    const lines = linesOf('loss', [curve('c', 'loss', [4, 2])], runs, { by: 'time', smoothing: 0.5 });
    expect(lines).toEqual([{ name: 'run c', style: 2, x: [0, 1], y: [4, expect.closeTo((0.5 * 4 + 2) / 1.5, 12)] }]);
  });
});
