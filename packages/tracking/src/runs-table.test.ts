import { describe, expect, it } from '@jest/globals';
import type { Run } from './runs.ts';
import { formatMetrics, formatRuns } from './runs-table.ts';

const run = (experiment: string, stage: string, seconds: number, metrics: Record<string, number>): Run => ({
  experiment,
  stage,
  folder: `artifacts/${experiment}/${stage}`,
  seconds,
  manifest: {
    format: 1,
    experiment,
    stage,
    config: {},
    seed: 1,
    inputs: {},
    outputs: {},
    versions: {},
    machine: { cpu: 'x', cores: 2, flags: [], memoryBytes: 1 },
    startedAt: '2026-03-01T12:00:00.000Z',
    endedAt: '2026-03-01T14:05:59.000Z',
    metrics,
  },
});

describe('formatRuns', () => {
  it('lines the columns up', () => {
    const table = formatRuns(
      [run('sample', 'prepare', 4, { texts: 900 }), run('essays', 'distill', 200, { accuracy: 0.95312 })],
      'UTC',
    );
    expect(table).toBe(
      [
        'experiment  stage    ended             took        metrics',
        'sample      prepare  2026-03-01 14:05  4 s         texts 900',
        'essays      distill  2026-03-01 14:05  3 min 20 s  accuracy 0.9531',
        '',
      ].join('\n'),
    );
  });
});

describe('formatMetrics', () => {
  it('keeps whole numbers whole and four digits of the others', () => {
    expect(formatMetrics({ n: 123456, loss: 0.000123456 })).toBe('loss 0.0001235  n 123456');
  });

  it('counts what it leaves out', () => {
    expect(formatMetrics({ a: 1, b: 2, c: 3, d: 4, e: 5, f: 6 })).toBe('a 1  b 2  c 3  d 4  +2 more');
  });

  it('shows nothing for a stage without figures', () => {
    expect(formatMetrics({})).toBe('');
  });
});
