import { describe, expect, it } from '@jest/globals';
import type { Comparison } from '../queries/compare-runs.ts';
import type { FoundRun } from '../queries/find-runs.ts';
import { comparisonCsv, comparisonTable } from './comparison-table.ts';
import { foundRunsTable } from './found-runs-table.ts';

const run = (key: string, seed: number, figures: Record<string, number>): FoundRun => ({
  run: `019ac5f1-25b2-7000-8000-0000${key}`,
  experiment: 'essays',
  project: seed === 1 ? 'essays' : `essays@${seed}`,
  stage: 'distill',
  status: 'succeeded',
  seed,
  startedAt: '2026-03-01T14:05:59.000Z',
  endedAt: '2026-03-01T14:07:39.000Z',
  seconds: 100,
  exitReason: null,
  gitCommit: null,
  gitDirty: null,
  host: null,
  folder: null,
  figures,
  points: 0,
  notes: '',
  tags: [],
  archived: false,
  params: {},
  metrics: seed === 1 ? { loss: { last: 0.123456, min: 0, max: 1, points: 3 } } : {},
});
const runs = [run('3f1a5c0e', 1, { accuracy: 0.95312 }), run('aaaa5c0e', 2, { n: 7, accuracy: 0.9 })];

describe('foundRunsTable', () => {
  it('lines runs up, with the columns that were asked for, and tells how to go on', () => {
    expect(foundRunsTable({ runs, next: 'TOKEN' }, { total: 9, metrics: ['loss'], timeZone: 'UTC' })).toBe(
      [
        'run       experiment  stage    status     started           took        loss    figures',
        '3f1a5c0e  essays      distill  succeeded  2026-03-01 14:05  1 min 40 s  0.1235  accuracy 0.9531',
        'aaaa5c0e  essays@2    distill  succeeded  2026-03-01 14:05  1 min 40 s  -       accuracy 0.9  n 7',
        '2 of 9 runs; the next: --after=TOKEN',
        '',
      ].join('\n'),
    );
  });

  it('says that there are none', () => {
    expect(foundRunsTable({ runs: [], next: null }, { total: 0, metrics: [] })).toBe('no runs\n');
  });
});

describe('a comparison', () => {
  const comparison: Comparison = {
    runs,
    stages: ['finetune', 'distill'],
    config: [{ name: 'student.layers', values: [2, undefined] }],
    environment: [{ name: 'seed', values: [1, 2] }],
    figures: [{ name: 'accuracy', values: [0.95312, 0.9] }],
    metrics: [{ name: 'loss', values: [0.1, undefined] }],
  };

  it('has a column a run', () => {
    expect(comparisonTable(comparison, { metrics: true })).toBe(
      [
        '                       3f1a5c0e        aaaa5c0e',
        'run                    essays/distill  essays@2/distill',
        'status                 succeeded       succeeded',
        'config.student.layers  2               -',
        'seed                   1               2',
        'accuracy               0.9531          0.9',
        'last loss              0.1             -',
        '',
        'Configuration compared: of finetune, distill.',
        '',
      ].join('\n'),
    );
  });

  it('says whose configuration is the same, and that reports have other texts', () => {
    const environment = [{ name: 'testSet', values: ['aa', 'bb'] }];
    const text = comparisonTable({ ...comparison, config: [], environment }, { metrics: false });
    expect(text).toContain('Configuration compared: of finetune, distill, which is the same.');
    expect(text).toContain('different test sets');
  });

  it('is CSV, too, with all digits', () => {
    expect(comparisonCsv(comparison, { metrics: false }).split('\r\n')).toEqual([
      ',3f1a5c0e,aaaa5c0e',
      'run,essays/distill,essays@2/distill',
      'status,succeeded,succeeded',
      'config.student.layers,2,',
      'seed,1,2',
      'accuracy,0.95312,0.9',
      '',
    ]);
  });
});
