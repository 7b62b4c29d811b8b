import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { UserError } from '../errors.ts';
import { type Experiment, loadExperiment } from '../experiment/load.ts';
import { isRunning, listRecords, readRecord, recordFolder } from './run-record.ts';
import { writeArtifact } from './write.ts';

describe('the record of a run', () => {
  let workspace: string;
  let experiment: Experiment;
  beforeEach(() => {
    workspace = mkdtempSync(join(tmpdir(), 'retort-'));
    mkdirSync(join(workspace, 'experiments/sample'), { recursive: true });
    const config = { seed: 7, data: { sources: [{ path: 'a.csv' }], labels: ['a', 'b'] } };
    writeFileSync(join(workspace, 'experiments/sample/experiment.json'), JSON.stringify(config));
    experiment = loadExperiment('sample', workspace);
  });
  afterEach(() => {
    delete process.env.RETORT_RECORDER;
    rmSync(workspace, { recursive: true });
  });

  const points = (id: string) => readFileSync(join(recordFolder(workspace, id), 'metrics.jsonl'), 'utf8');
  const only = () => {
    const [id] = listRecords(workspace);
    return { id, record: readRecord(workspace, id) };
  };

  it('is there while the stage runs, with the points as they come', async () => {
    await writeArtifact(experiment, 'prepare', async (writer) => {
      writer.metrics.append({ name: 'loss', value: 1 });
      const { id, record } = only();
      expect(record).toMatchObject({ id, experiment: 'sample', stage: 'prepare', status: 'running', pid: process.pid });
      expect(points(id)).toContain('"loss"');
      await writer.commit({ inputs: {} });
    });
  });

  it('tells of a mistake in the data also where it is, and what to do', async () => {
    const failure = writeArtifact(experiment, 'prepare', async () => {
      throw new UserError('the label "other" is unknown', {
        place: { file: 'a.csv', line: 13 },
        remedy: 'map it:\n  {"other": "a"}',
      });
    });
    await expect(failure).rejects.toThrow('unknown');
    expect(only().record).toMatchObject({
      exitReason: 'the label "other" is unknown, at a.csv:13; do: map it: {"other": "a"}',
    });
  });

  it('tells why a stage failed, and keeps its points', async () => {
    const failure = writeArtifact(experiment, 'prepare', async (writer) => {
      writer.metrics.append({ name: 'loss', value: 1 });
      throw new Error('the reason\nand more');
    });
    await expect(failure).rejects.toThrow('the reason');
    const { id, record } = only();
    expect(record).toMatchObject({ status: 'failed', exitReason: 'the reason', endedAt: expect.any(String) });
    expect(points(id)).toContain('"loss"');
  });

  it('keeps manifest and points of an artifact that was made again', async () => {
    for (const value of [1, 2]) {
      await writeArtifact(experiment, 'prepare', async (writer) => {
        writer.metrics.append({ name: 'loss', value });
        await writer.commit({ inputs: {} });
      });
    }
    const ids = listRecords(workspace);
    expect(ids.map((id) => JSON.parse(points(id)).value)).toEqual([1, 2]);
    expect(
      ids.map((id) => JSON.parse(readFileSync(join(recordFolder(workspace, id), 'manifest.json'), 'utf8')).run),
    ).toEqual(ids);
  });

  it('is not believed when the process is gone', () => {
    const record = {
      ...{ format: 1 as const, id: '', experiment: '', stage: '', config: {}, seed: 1 },
      machine: experimentMachine,
    };
    const running = {
      ...record,
      status: 'running' as const,
      host: 'another',
      pid: 1,
      startedAt: new Date().toISOString(),
    };
    expect(isRunning(running)).toBe(true);
    expect(isRunning({ ...running, startedAt: '2020-01-01T00:00:00.000Z' })).toBe(false);
  });

  it('is given to the recorder, for which the stage does not wait', async () => {
    const program = join(workspace, 'recorder.mjs');
    const seen = join(workspace, 'seen');
    writeFileSync(
      program,
      `import { writeFileSync, renameSync } from 'node:fs';
      writeFileSync(${JSON.stringify(`${seen}.tmp`)}, process.argv.slice(2).join(' '));
      renameSync(${JSON.stringify(`${seen}.tmp`)}, ${JSON.stringify(seen)});
      setTimeout(() => {}, 200);`,
    );
    process.env.RETORT_RECORDER = program;
    const { run } = await writeArtifact(experiment, 'prepare', (writer) => writer.commit({ inputs: {} }));
    while (!existsSync(seen)) await new Promise((done) => setImmediate(done));
    expect(readFileSync(seen, 'utf8')).toBe(`record --run ${run}`);
  });

  it('does without a recorder that cannot be started', async () => {
    process.env.RETORT_RECORDER = join(workspace, 'nothing.mjs');
    await expect(
      writeArtifact(experiment, 'prepare', (writer) => writer.commit({ inputs: {} })),
    ).resolves.toBeDefined();
  });
});

const experimentMachine = { cpu: '', cores: 1, flags: [], memoryBytes: 1 };
