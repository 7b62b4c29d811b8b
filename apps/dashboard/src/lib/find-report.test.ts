import { describe, expect, it } from '@jest/globals';
import { findReport, modelOfStage } from './find-report.ts';

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
