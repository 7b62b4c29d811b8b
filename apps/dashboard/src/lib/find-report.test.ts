import { describe, expect, it } from '@jest/globals';
import { findCard, findReport, modelOfStage } from './find-report.ts';

const run = (name: string, stage: string, day: number) => ({
  ...{ run: name, experiment: 'a', project: 'a', stage, status: 'succeeded' as const, seed: 1, seconds: 1, points: 0 },
  ...{ startedAt: `2026-01-0${day}T00:00:00Z`, endedAt: null, exitReason: null, gitCommit: null, gitDirty: null },
  ...{ host: null, folder: null, figures: {}, notes: '', tags: [], archived: false },
});
const down = [
  { runs: [run('d', 'distill', 1), run('old', 'report', 2), run('new', 'report', 3)], artifacts: [], edges: [] },
];

describe('findReport', () => {
  it('is the run itself, or the newest report made from it', () => {
    expect(findReport(run('r', 'report', 1), down)).toBe('r');
    expect(findReport(run('d', 'distill', 1), down)).toBe('new');
    expect(findReport(run('d', 'distill', 1), [])).toBeUndefined();
  });
});

describe('findCard', () => {
  it('is the run whose artifact is there, and no failed one', () => {
    const failed = { ...run('f', 'prepare', 1), status: 'failed' as const, folder: '.retort/runs/f' };
    const gone = run('g', 'prepare', 2);
    const made = { ...run('m', 'prepare', 3), folder: 'artifacts/a/prepare' };
    expect([findCard([failed, gone, made]), findCard([failed])]).toEqual(['m', undefined]);
  });
});

describe('modelOfStage', () => {
  it('is what the stage makes, as far as the report has it', () => {
    const models = ['teacher', 'student', 'student-int8'];
    expect(['finetune', 'distill', 'quantize', 'report'].map((stage) => modelOfStage(stage, models))).toEqual([
      'teacher',
      'student',
      'student-int8',
      'student-int8',
    ]);
    expect(modelOfStage('distill', ['other'])).toBe('other');
  });
});
