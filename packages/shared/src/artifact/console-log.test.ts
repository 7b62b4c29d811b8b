import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadExperiment } from '../experiment/load.ts';
import { say } from '../terminal/said-lines.ts';
import { consoleFile } from './console-log.ts';
import { resourceMeter } from './resources.ts';
import { listRecords, recordFolder } from './run-record.ts';
import { writeArtifact } from './write.ts';

describe('what a stage says', () => {
  let workspace: string;
  beforeEach(() => {
    workspace = mkdtempSync(join(tmpdir(), 'retort-'));
    mkdirSync(join(workspace, 'experiments/sample'), { recursive: true });
    const config = { data: { sources: [{ path: 'a.csv' }], labels: ['a', 'b'] } };
    writeFileSync(join(workspace, 'experiments/sample/experiment.json'), JSON.stringify(config));
  });
  afterEach(() => rmSync(workspace, { recursive: true }));

  it('lies in its artifact, and counts in no checksum', async () => {
    const manifest = await writeArtifact(loadExperiment('sample', workspace), 'prepare', async (writer) => {
      say('prepare sample  3 texts');
      return writer.commit({ inputs: {} });
    });
    say('prepare sample  written');
    const text = readFileSync(join(workspace, 'artifacts/sample/prepare', consoleFile), 'utf8');
    expect(text).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z {2}prepare sample {2}3 texts\n.*written$/m);
    expect(manifest.outputs).toEqual({});
  });

  it('stays of a stage that failed, with the reason as its last line', async () => {
    const failure = writeArtifact(loadExperiment('sample', workspace), 'prepare', async () => {
      say('prepare sample  begins');
      throw new Error('no room');
    });
    await expect(failure).rejects.toThrow('no room');
    const [id] = listRecords(workspace);
    const lines = readFileSync(join(recordFolder(workspace, id), consoleFile), 'utf8')
      .trim()
      .split('\n');
    expect(lines.slice(-2).map((line) => line.slice(26))).toEqual(['prepare sample  begins', 'failed: no room']);
  });
});

describe('resourceMeter', () => {
  it('tells processor seconds a second, and resident bytes', () => {
    const meter = resourceMeter(0);
    const before = process.cpuUsage();
    while (process.cpuUsage(before).user < 20_000) Math.sqrt(2);
    const [memory, cores] = meter(1000);
    expect(memory.value).toBeGreaterThan(1e6);
    expect(cores.value).toBeGreaterThanOrEqual(0.02);
    expect(meter(2000)[1].value).toBeLessThan(cores.value);
  });
});
