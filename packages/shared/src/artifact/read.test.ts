import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadExperiment } from '../experiment/load.ts';
import { artifactInputs } from './inputs.ts';
import { openArtifact, readManifest, requireInputs } from './read.ts';
import { writeArtifact } from './write.ts';

describe('openArtifact', () => {
  let workspace: string;
  let folder: string;
  beforeEach(async () => {
    workspace = mkdtempSync(join(tmpdir(), 'retort-'));
    folder = join(workspace, 'artifacts/sample/prepare');
    mkdirSync(join(workspace, 'experiments/sample'), { recursive: true });
    writeFileSync(
      join(workspace, 'experiments/sample/experiment.json'),
      '{"data": {"sources": [{"path": "a.csv"}], "labels": ["a", "b"]}}',
    );
    await writeArtifact(loadExperiment('sample', workspace), 'prepare', async (writer) => {
      writeFileSync(await writer.path('train.parquet'), 'rows');
      return writer.commit({ inputs: {} });
    });
  });
  afterEach(() => rmSync(workspace, { recursive: true }));
  const open = () => openArtifact(workspace, 'sample', 'prepare');
  const refusal = (what: RegExp, file: RegExp) =>
    expect.objectContaining({
      name: 'UserError',
      message: expect.stringMatching(what),
      place: { file: expect.stringMatching(file) },
      remedy: expect.stringMatching(/run/),
    });

  it('gives the paths of its files', async () => {
    expect((await open()).path('train.parquet')).toBe(join(folder, 'train.parquet'));
  });

  it('refuses the path of a file that the stage did not write', async () => {
    const artifact = await open();
    expect(() => artifact.path('secret')).toThrow(refusal(/no such file/, /secret$/));
  });

  it('refuses a file whose content has changed', async () => {
    appendFileSync(join(folder, 'train.parquet'), 'x');
    await expect(open()).rejects.toEqual(refusal(/not what the stage wrote \(sha256/, /train\.parquet$/));
  });

  it('refuses an artifact that has lost a file', async () => {
    rmSync(join(folder, 'train.parquet'));
    await expect(open()).rejects.toEqual(refusal(/it is gone/, /train\.parquet$/));
  });

  it('refuses an artifact without a manifest', async () => {
    rmSync(join(folder, 'manifest.json'));
    await expect(open()).rejects.toEqual(refusal(/cannot be read/, /manifest\.json$/));
  });

  it('refuses a manifest that is cut off', () => {
    writeFileSync(join(folder, 'manifest.json'), '{"format": 1,');
    expect(() => readManifest(folder)).toThrow(refusal(/cannot be read/, /manifest\.json$/));
  });

  it('names what is wrong in a manifest', () => {
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ ...readManifest(folder), seed: 'one' }));
    expect(() => readManifest(folder)).toThrow(refusal(/damaged: seed: /, /manifest\.json$/));
  });

  it('says which stage to run if it has not run', async () => {
    await expect(openArtifact(workspace, 'sample', 'finetune')).rejects.toEqual(refusal(/has not run/, /finetune$/));
    await expect(openArtifact(workspace, 'sample', 'finetune')).rejects.toMatchObject({
      remedy: 'run: nx run sample:finetune',
    });
  });
});

describe('requireInputs', () => {
  let workspace: string;
  beforeEach(async () => {
    workspace = mkdtempSync(join(tmpdir(), 'retort-'));
    mkdirSync(join(workspace, 'experiments/sample'), { recursive: true });
    writeFileSync(
      join(workspace, 'experiments/sample/experiment.json'),
      '{"data": {"sources": [{"path": "a.csv"}], "labels": ["a", "b"]}}',
    );
    await write('prepare', 'rows');
    await write('finetune', 'weights', ['prepare']);
  });
  afterEach(() => rmSync(workspace, { recursive: true }));

  const folder = (stage: string) => join(workspace, 'artifacts/sample', stage);
  const write = (stage: 'prepare' | 'finetune', content: string, read: readonly string[] = []) =>
    writeArtifact(loadExperiment('sample', workspace), stage, async (writer) => {
      writeFileSync(await writer.path('file'), content);
      return writer.commit({ inputs: artifactInputs(read.map((each) => ({ manifest: readManifest(folder(each)) }))) });
    });
  const check = async () =>
    requireInputs(await openArtifact(workspace, 'sample', 'finetune'), [
      await openArtifact(workspace, 'sample', 'prepare'),
    ]);
  const refusal = { name: 'UserError', remedy: 'run: nx run sample:finetune' };

  it('takes an artifact that was made from what is there', async () => {
    await expect(check()).resolves.toBeUndefined();
  });

  it('takes no other result for the one that was opened, though it came while the stage ran', async () => {
    const experiment = loadExperiment('sample', workspace);
    const opened = await openArtifact(workspace, 'sample', 'prepare');
    await writeArtifact(experiment, 'finetune', async (writer) => {
      writeFileSync(await writer.path('file'), 'weights');
      await write('prepare', 'other rows');
      await writer.commit({ inputs: artifactInputs([opened]) });
    });
    await expect(check()).rejects.toMatchObject(refusal);
  });

  it('takes it after its source was made again with the same result', async () => {
    await write('prepare', 'rows');
    await expect(check()).resolves.toBeUndefined();
  });

  it('refuses one whose source has changed since, and says which stage to run', async () => {
    await write('prepare', 'other rows');
    await expect(check()).rejects.toMatchObject(refusal);
    await expect(check()).rejects.toThrow('finetune ran on another result of prepare than the one that is there now');
  });

  it('refuses one that does not tell what it was made from', async () => {
    await write('finetune', 'weights');
    await expect(check()).rejects.toMatchObject(refusal);
  });
});
