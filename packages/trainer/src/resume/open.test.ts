import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Progress } from '@retort/shared';
import { UserError } from '@retort/shared';
import { tinySubject } from '../testing/tiny-training.ts';
import { Checkpoints } from './checkpoints.ts';
import { checkpointMinutes, withCheckpoints } from './open.ts';

describe('checkpointMinutes', () => {
  it.each([
    ['5 where nothing is said', undefined, {}, 5],
    ['what the environment says', undefined, { RETORT_CHECKPOINT_MINUTES: '2.5' }, 2.5],
    ['what the command line says, before the environment', '0', { RETORT_CHECKPOINT_MINUTES: '2' }, 0],
  ])('gives %s', (_, option, environment, expected) => {
    expect(checkpointMinutes(option, environment)).toBe(expected);
  });

  it.each([
    ['--checkpoint-minutes', 'soon', {}],
    ['RETORT_CHECKPOINT_MINUTES', undefined, { RETORT_CHECKPOINT_MINUTES: '-1' }],
  ])('refuses what is no number in %s', (field, option, environment) => {
    expect(() => checkpointMinutes(option, environment)).toThrow(
      expect.objectContaining({ name: 'UserError', place: { field } }),
    );
  });
});

describe('withCheckpoints', () => {
  const progress: Progress = { update: () => undefined, line: () => undefined, done: () => undefined };
  const opened = async () => {
    const folder = join(mkdtempSync(join(tmpdir(), 'retort-')), 'checkpoints');
    const checkpoints = new Checkpoints({ folder, subject: tinySubject, minutes: 5, progress });
    await checkpoints.save({ step: 1, epoch: 1 }, { state: 1, arrays: new Map() });
    return { folder, checkpoints, remove: () => rmSync(join(folder, '..'), { recursive: true, force: true }) };
  };

  it('removes the checkpoints when the work is done', async () => {
    const { folder, checkpoints, remove } = await opened();
    expect(await withCheckpoints(checkpoints, async () => 'done')).toBe('done');
    expect(existsSync(folder)).toBe(false);
    remove();
  });

  it('keeps them where the disk is full, and says that the stage goes on from there', async () => {
    const { folder, checkpoints, remove } = await opened();
    const cause = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    const full = new UserError('the disk is full', { place: { file: 'x' }, remedy: 'free some space', cause });
    await expect(withCheckpoints(checkpoints, () => Promise.reject(full))).rejects.toMatchObject({
      message: 'the disk is full',
      place: { file: 'x' },
      remedy: expect.stringMatching(/^free some space and run the stage again: it goes on from .*step-00000001/),
    });
    expect(existsSync(folder)).toBe(true);
    remove();
  });

  it('keeps them after any other error, and changes nothing about it', async () => {
    const { folder, checkpoints, remove } = await opened();
    const defect = new Error('a defect');
    await expect(withCheckpoints(checkpoints, () => Promise.reject(defect))).rejects.toBe(defect);
    expect(existsSync(folder)).toBe(true);
    remove();
  });
});
