import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Experiment, loadExperiment } from '../experiment/load.ts';
import { sha256 } from '../files.ts';
import { openArtifact, readManifest } from './read.ts';
import { writeArtifact } from './write.ts';

const hooks = new URL('../../testing/typescript-hooks.mjs', import.meta.url).href;
const interruptedStage = fileURLToPath(new URL('../../testing/interrupted-stage.mjs', import.meta.url));

describe('writeArtifact', () => {
  let workspace: string;
  let experiment: Experiment;
  let stages: string;
  beforeEach(() => {
    workspace = mkdtempSync(join(tmpdir(), 'retort-'));
    mkdirSync(join(workspace, 'experiments/sample'), { recursive: true });
    const config = { seed: 7, data: { sources: [{ path: 'a.csv' }], labels: ['a', 'b'] } };
    writeFileSync(join(workspace, 'experiments/sample/experiment.json'), JSON.stringify(config));
    writeFileSync(join(workspace, 'experiments/sample/a.csv'), 'text,label\n');
    experiment = loadExperiment('sample', workspace);
    stages = join(workspace, 'artifacts/sample');
  });
  afterEach(() => rmSync(workspace, { recursive: true }));

  const prepare = (content: string) =>
    writeArtifact(experiment, 'prepare', async (writer) => {
      writer.metrics.append({ name: 'texts', value: 2, step: 1 });
      writeFileSync(await writer.path('onnx/model.onnx'), content);
      return writer.commit({
        inputs: {
          'hub:org/name@0a1b/config.json': sha256('{}'),
          'experiments/sample/a.csv': sha256('text,label\n'),
        },
        metrics: { texts: 2 },
        versions: { onnxruntime: '1.30.0' },
      });
    });
  const artifact = (file: string) => readFileSync(join(stages, 'prepare', file), 'utf8');

  it('leaves the files, the manifest, the metrics and the checksums, and nothing else', async () => {
    await prepare('weights');
    expect(readdirSync(stages)).toEqual(['prepare']);
    expect(readdirSync(join(stages, 'prepare'), { recursive: true }).sort()).toEqual([
      'checksums.txt',
      'console.log',
      'manifest.json',
      'metrics.jsonl',
      'onnx',
      'onnx/model.onnx',
    ]);
  });

  it('says in the manifest what was made, from what, and how', async () => {
    await prepare('weights');
    expect(readManifest(join(stages, 'prepare'))).toMatchObject({
      format: 1,
      experiment: 'sample',
      stage: 'prepare',
      seed: 7,
      config: { seed: 7, data: { labels: ['a', 'b'], duplicates: { threshold: 0.8 } } },
      inputs: {
        'experiments/sample/a.csv': sha256('text,label\n'),
        'hub:org/name@0a1b/config.json': sha256('{}'),
      },
      outputs: { 'onnx/model.onnx': sha256('weights') },
      versions: { node: process.version, onnxruntime: '1.30.0' },
      metrics: { texts: 2 },
    });
  });

  it('writes a line for each metric', async () => {
    await prepare('weights');
    expect(JSON.parse(artifact('metrics.jsonl'))).toEqual({
      time: expect.any(String),
      name: 'texts',
      value: 2,
      step: 1,
    });
  });

  it('writes the same checksums whenever it runs', async () => {
    await prepare('weights');
    const first = artifact('checksums.txt');
    await prepare('weights');
    expect(artifact('checksums.txt')).toBe(first);
    expect(first).toBe(`${sha256('weights')}  onnx/model.onnx\n`);
  });

  it('replaces the artifact of an earlier run', async () => {
    await prepare('old');
    await prepare('new');
    expect(artifact('onnx/model.onnx')).toBe('new');
    expect(readdirSync(stages)).toEqual(['prepare']);
  });

  it('keeps the earlier artifact, and nothing else, when the stage fails', async () => {
    await prepare('old');
    const failure = writeArtifact(experiment, 'prepare', async (writer) => {
      writeFileSync(await writer.path('half.txt'), 'half');
      throw new Error('the power is out');
    });
    await expect(failure).rejects.toThrow('the power is out');
    expect(readdirSync(stages)).toEqual(['prepare']);
    expect((await openArtifact(workspace, 'sample', 'prepare')).manifest.outputs).toEqual({
      'onnx/model.onnx': sha256('old'),
    });
  });

  it('keeps the earlier artifact when the disk is full, and says so', async () => {
    await prepare('old');
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    await expect(writeArtifact(experiment, 'prepare', () => Promise.reject(full))).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(/^the disk is full: .*ENOSPC/),
      place: { file: expect.stringMatching(/prepare$/) },
      remedy: 'free some space and run the stage again',
    });
    expect(artifact('onnx/model.onnx')).toBe('old');
  });

  it('keeps the earlier artifact when the commit fails', async () => {
    await prepare('old');
    const failure = writeArtifact(experiment, 'prepare', (writer) =>
      writer.commit({ inputs: {}, metrics: { loss: Number.NaN } }),
    );
    await expect(failure).rejects.toThrow();
    expect(artifact('onnx/model.onnx')).toBe('old');
    expect(readdirSync(stages)).toEqual(['prepare']);
  });

  it('can be tried again after a failure', async () => {
    await expect(writeArtifact(experiment, 'prepare', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await prepare('weights');
    expect(artifact('onnx/model.onnx')).toBe('weights');
  });

  it('does not let a stage end without its artifact', async () => {
    await expect(writeArtifact(experiment, 'prepare', async () => {})).rejects.toThrow(/without a commit/);
    expect(readdirSync(stages)).toEqual([]);
  });

  it('refuses a metric that JSON cannot hold', async () => {
    const failure = writeArtifact(experiment, 'prepare', (writer) =>
      writer.commit({ inputs: {}, metrics: { loss: Number.NaN } }),
    );
    await expect(failure).rejects.toThrow('the metric "loss" is NaN');
    expect(existsSync(join(stages, 'prepare'))).toBe(false);
  });

  it('refuses to be written twice at the same time', async () => {
    await writeArtifact(experiment, 'prepare', async (writer) => {
      await expect(prepare('second')).rejects.toThrow(/being written already/);
      return writer.commit({ inputs: {} });
    });
  });

  describe('interrupted', () => {
    const interrupt = async (signal: NodeJS.Signals) => {
      const child = spawn(process.execPath, ['--import', hooks, interruptedStage, workspace], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      await once(child.stdout, 'data');
      expect(readdirSync(stages).filter((name) => name.endsWith('.tmp'))).toHaveLength(1);
      let said = '';
      child.stdout.on('data', (part) => (said += String(part)));
      child.kill(signal);
      const [code] = await once(child, 'close');
      return { code, said };
    };

    it.each([
      ['SIGINT', 130],
      ['SIGTERM', 143],
      ['SIGHUP', 129],
    ] as const)('by %s leaves the earlier artifact and nothing else', async (signal, code) => {
      await prepare('old');
      expect(await interrupt(signal)).toEqual({ code, said: 'prepare sample  stopped; run it again\n' });
      expect(readdirSync(stages)).toEqual(['prepare']);
      expect(artifact('onnx/model.onnx')).toBe('old');
    });

    it('by SIGKILL leaves a folder that the next run clears away', async () => {
      await interrupt('SIGKILL');
      expect(readdirSync(stages)).toHaveLength(1);
      await prepare('weights');
      expect(readdirSync(stages)).toEqual(['prepare']);
    });
  });

  describe('after others', () => {
    const leave = (name: string) => {
      mkdirSync(join(stages, name), { recursive: true });
      writeFileSync(join(stages, name, 'file'), 'theirs');
    };

    it('leaves the folder of a living process alone', async () => {
      leave(`.prepare.${process.ppid}.tmp`);
      await prepare('weights');
      expect(readdirSync(stages)).toEqual([`.prepare.${process.ppid}.tmp`, 'prepare']);
    });

    it('clears the folder of a dead process that had the same number', async () => {
      leave(`.prepare.${process.pid}.tmp`);
      await prepare('weights');
      expect(readdirSync(stages)).toEqual(['prepare']);
    });

    it("leaves another stage's folders alone", async () => {
      leave(`.finetune.${process.pid}.tmp`);
      await prepare('weights');
      expect(readdirSync(stages)).toContain(`.finetune.${process.pid}.tmp`);
    });

    it('brings back the artifact that a killed process had put aside', async () => {
      leave(`.prepare.${process.pid}.tmp.old`);
      await expect(writeArtifact(experiment, 'prepare', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
      expect(artifact('file')).toBe('theirs');
    });
  });
});
