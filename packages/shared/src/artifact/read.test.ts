import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadExperiment } from '../experiment/load.ts';
import { openArtifact, readManifest } from './read.ts';
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
      return writer.commit({ inputs: [] });
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
