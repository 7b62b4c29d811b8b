import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  artifactFolder,
  artifactInputs,
  type Experiment,
  listFiles,
  type Progress,
  readManifest,
  type Stage,
  writeArtifact,
} from '@retort/shared';
import { makeWorkspace } from '../testing/workspace.ts';
import { distill } from './distill.ts';
import { finetune } from './finetune.ts';

const progress: Progress = { update: () => undefined, line: () => undefined, done: () => undefined };

describe('distill refuses', () => {
  let experiment: Experiment;
  beforeEach(async () => {
    experiment = await makeWorkspace();
    await finetune(experiment, progress);
  });
  afterEach(() => rmSync(experiment.workspace, { recursive: true }));

  const folderOf = (stage: Stage) => artifactFolder(experiment.workspace, experiment.name, stage);
  /** Makes an artifact anew with the same files, but for one. */
  const rewrite = async (stage: Stage, file: string, content: string, read: readonly Stage[]) => {
    const copy = mkdtempSync(join(tmpdir(), 'retort-'));
    const records = ['manifest.json', 'checksums.txt', 'metrics.jsonl', 'console.log'];
    const files = (await listFiles(folderOf(stage))).filter((name) => !records.includes(name));
    cpSync(folderOf(stage), copy, { recursive: true });
    await writeArtifact(experiment, stage, async (writer) => {
      for (const name of files) cpSync(join(copy, name), await writer.path(name));
      writeFileSync(await writer.path(file), content);
      await writer.commit({ inputs: artifactInputs(read.map((each) => ({ manifest: readManifest(folderOf(each)) }))) });
    });
    rmSync(copy, { recursive: true });
  };

  it('a teacher that was trained on another dataset than the one at hand', async () => {
    await rewrite('prepare', 'card.json', '{}', []);
    await expect(distill(experiment, progress)).rejects.toMatchObject({
      message: 'finetune ran on another result of prepare than the one that is there now',
      remedy: 'run: nx run tiny:finetune',
    });
  });

  it('a teacher whose labels stand in another order than those of the dataset', async () => {
    const config: Record<string, unknown> = JSON.parse(readFileSync(join(folderOf('finetune'), 'config.json'), 'utf8'));
    const swapped = { ...config, id2label: { 0: 'stormy', 1: 'calm' }, label2id: { stormy: 0, calm: 1 } };
    await rewrite('finetune', 'config.json', JSON.stringify(swapped), ['prepare']);
    await expect(distill(experiment, progress)).rejects.toMatchObject({
      message: 'the teacher knows the labels stormy, calm, the dataset calm, stormy',
      remedy: 'run: nx run tiny:finetune',
    });
  });
});
