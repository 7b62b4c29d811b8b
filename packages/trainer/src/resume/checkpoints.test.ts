import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Progress } from '@retort/shared';
import { tinySubject } from '../testing/tiny-training.ts';
import { Checkpoints, checkpointFolder } from './checkpoints.ts';
import { temporaryName } from './record-file.ts';

describe('Checkpoints', () => {
  let workspace: string;
  let folder: string;
  let lines: string[];
  let time: number;
  beforeEach(() => {
    workspace = mkdtempSync(join(tmpdir(), 'retort-'));
    folder = checkpointFolder(workspace, 'sample', 'finetune');
    lines = [];
    time = 0;
  });
  afterEach(() => rmSync(workspace, { recursive: true }));

  const progress: Progress = { update: () => undefined, line: (text) => lines.push(text), done: () => undefined };
  const open = (subject = tinySubject) => new Checkpoints({ folder, subject, minutes: 5, progress, now: () => time });
  const snapshot = (state: unknown) => ({ state, arrays: new Map([['x', Float32Array.of(1)]]) });
  const name = (step: number) => `step-0000000${step}-epoch-00000001.checkpoint`;
  const save = (checkpoints: Checkpoints, step: number) => checkpoints.save({ step, epoch: 1 }, snapshot(step));

  it('are none at first, and nothing is said of it', () => {
    expect([open().load(), lines]).toEqual([undefined, []]);
  });

  it('give back the newest', async () => {
    const checkpoints = open();
    for (const step of [1, 2, 3]) await save(checkpoints, step);
    expect(open().load()?.state).toBe(3);
  });

  it('are written by the clock', async () => {
    const checkpoints = open();
    for (const [step, minutes] of [4, 5, 6, 10].entries()) {
      time = minutes * 60_000;
      await checkpoints.saveIfDue({ step, epoch: 1 }, async () => snapshot(minutes));
    }
    expect(readdirSync(folder).sort()).toEqual([name(1), name(3)]);
  });

  it('are left out by the clock where there is nothing good to keep', async () => {
    const checkpoints = open();
    time = 600_000;
    await checkpoints.saveIfDue({ step: 1, epoch: 1 }, async () => undefined);
    expect(existsSync(folder)).toBe(false);
  });

  it('warn when one cannot be written, and keep the last good one', async () => {
    const checkpoints = open();
    await save(checkpoints, 1);
    // What is written goes where there is no room, or where no file can be.
    symlinkSync(existsSync('/dev/full') ? '/dev/full' : workspace, temporaryName(join(folder, name(2))));
    await save(checkpoints, 2);
    expect(lines).toEqual([
      expect.stringMatching(
        /^warning: no checkpoint after step 2: (ENOSPC|EISDIR).*; training goes on, and the last good one is .*step-00000001/,
      ),
    ]);
    expect(open().load()?.state).toBe(1);
  });

  it.each([
    ['another configuration', { config: { seed: 4 } }, 'seed was 3 and is 4'],
    ['other data', { artifacts: { prepare: 'z' } }, 'the artifact of prepare is another one'],
    ['other texts', { texts: 'z' }, 'the texts give other tokens'],
    ['other weights at the start', { weights: 'z' }, 'the weights start elsewhere'],
    ['other code', { code: 'z' }, 'it was made by another version of the code'],
    ['another stage', { stage: 'distill' }, 'it is of the stage finetune'],
  ])('are not gone on with under %s', async (_, change, reason) => {
    await save(open(), 1);
    expect(open({ ...tinySubject, ...change }).load()).toBeUndefined();
    expect(lines).toEqual([expect.stringContaining(`is not used: ${reason}; training begins at the start`)]);
  });

  it('are gone on with on another machine, with a word on it', async () => {
    await save(open(), 1);
    expect(open({ ...tinySubject, machine: { node: 'v22' } }).load()?.state).toBe(1);
    expect(lines).toEqual(['node was "v20" and is "v22" since the checkpoint: the last bits may differ']);
  });

  it('leave nothing when they are cleared, but other stages their own', async () => {
    const checkpoints = open();
    await save(checkpoints, 1);
    mkdirSync(checkpointFolder(workspace, 'sample', 'distill'));
    checkpoints.clear();
    expect(readdirSync(join(workspace, '.retort/checkpoints/sample'))).toEqual(['distill']);
  });
});
