import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Experiment, parseExperiment, type Stage, writeArtifact } from '@retort/shared';
import { listRuns, readRun } from './runs.ts';

let workspace: string;

beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'retort-'));
});
afterEach(() => rmSync(workspace, { recursive: true }));

/** Runs a stage that leaves nothing but its manifest and two points. */
async function runStage(name: string, stage: Stage): Promise<void> {
  const config = parseExperiment(
    JSON.stringify({ data: { sources: [{ path: 'a.csv' }], labels: ['human', 'ai'] } }),
    'experiment.json',
  );
  const experiment: Experiment = { name, folder: join(workspace, 'experiments', name), workspace, config };
  await writeArtifact(experiment, stage, async (writer) => {
    writer.metrics.append({ name: 'loss', value: 0.5, step: 1 });
    await writer.commit({ inputs: {}, metrics: { accuracy: 0.9 } });
  });
}

describe('listRuns', () => {
  it('finds nothing where nothing has run', () => {
    expect(listRuns(workspace)).toEqual({ runs: [], broken: [] });
  });

  it('lists experiments by name and stages in the order in which they run', async () => {
    for (const stage of ['report', 'finetune', 'prepare'] as const) await runStage('sample', stage);
    await runStage('essays', 'distill');
    expect(listRuns(workspace).runs.map(({ folder }) => folder)).toEqual([
      'artifacts/essays/distill',
      'artifacts/sample/prepare',
      'artifacts/sample/finetune',
      'artifacts/sample/report',
    ]);
  });

  it('tells what the manifest tells', async () => {
    await runStage('sample', 'prepare');
    const [run] = listRuns(workspace).runs;
    expect(run).toMatchObject({ experiment: 'sample', stage: 'prepare', manifest: { metrics: { accuracy: 0.9 } } });
    expect(run.seconds).toBeGreaterThanOrEqual(0);
  });

  it('keeps to one experiment if asked', async () => {
    await runStage('sample', 'prepare');
    await runStage('essays', 'prepare');
    expect(listRuns(workspace, { experiment: 'essays' }).runs.map(({ experiment }) => experiment)).toEqual(['essays']);
  });

  it('reports a damaged manifest and lists the rest', async () => {
    await runStage('sample', 'prepare');
    await runStage('sample', 'finetune');
    writeFileSync(join(workspace, 'artifacts/sample/prepare/manifest.json'), '{"format": 1');
    const { runs, broken } = listRuns(workspace);
    expect(runs.map(({ stage }) => stage)).toEqual(['finetune']);
    expect(broken.map(({ folder }) => folder)).toEqual(['artifacts/sample/prepare']);
    expect(broken[0].error.message).toContain('the manifest cannot be read');
  });

  it('reports a folder without a manifest', () => {
    mkdirSync(join(workspace, 'artifacts/sample/distill'), { recursive: true });
    expect(listRuns(workspace).broken).toHaveLength(1);
  });

  it('passes over artifacts in the making, and over files', () => {
    mkdirSync(join(workspace, 'artifacts/sample/.distill.123.tmp'), { recursive: true });
    writeFileSync(join(workspace, 'artifacts/sample/note.txt'), '');
    writeFileSync(join(workspace, 'artifacts/note.txt'), '');
    expect(listRuns(workspace)).toEqual({ runs: [], broken: [] });
  });
});

describe('readRun', () => {
  it('refuses a stage that has not run', () => {
    expect(() => readRun(workspace, 'sample', 'distill')).toThrow('the manifest cannot be read');
  });
});
