import type { RunRow } from './rows.ts';

/** A run for tests. */
export function testRun(changes: Partial<RunRow> = {}): RunRow {
  return {
    run: '3f1a5c0e-0000-4000-8000-000000000000',
    experiment: 'essays',
    project: 'essays',
    stage: 'distill',
    status: 'succeeded',
    seed: 1,
    startedAt: '2026-03-01T12:00:00.000Z',
    endedAt: '2026-03-01T12:01:00.000Z',
    seconds: 60,
    exitReason: null,
    gitCommit: null,
    gitDirty: null,
    host: null,
    folder: null,
    figures: {},
    points: 0,
    notes: '',
    tags: [],
    archived: false,
    metrics: {},
    params: {},
    ...changes,
  };
}
