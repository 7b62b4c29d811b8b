import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { curves, runTiny, type TinyRun, tinySubject } from '../testing/tiny-training.ts';

/** 10 steps an epoch, 30 in all. */
const run = (options: TinyRun = {}) =>
  runTiny({ ...options, settings: { batchSize: 16, epochs: 3, ...options.settings } });

describe('a training that was interrupted', () => {
  const whole = run();
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'retort-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const newest = () => join(folder, readdirSync(folder).sort().at(-1) ?? '');
  const expectSame = async (resumed: Awaited<typeof whole>) => {
    const expected = await whole;
    expect(resumed.result?.parameters).toEqual(expected.result?.parameters);
    expect(resumed.result?.validation).toEqual(expected.result?.validation);
    expect(curves(resumed.points)).toEqual(curves(expected.points));
  };

  it.each([
    ['before the first checkpoint', 5, 'step 1/', undefined],
    ['in the middle of the first epoch', 0, 'step 7/', 'goes on after step 6 of 30, in epoch 1 of 3'],
    ['in the middle of the second epoch', 0, 'step 17/', 'goes on after step 16 of 30, in epoch 2 of 3'],
    ['after an epoch, back to its end', 5, 'step 26/', 'goes on after step 20 of 30, in epoch 3 of 3'],
    ['before the first validation', 0, 'epoch 1/3  train loss', 'goes on after step 10 of 30, in epoch 1 of 3'],
    ['at the very end', 0, 'epoch 3/3  train loss', 'goes on after step 30 of 30, in epoch 3 of 3'],
  ])('ends as one that was not: %s', async (_, minutes, interruptAt, told) => {
    const checkpoints = { folder, minutes };
    const broken = await run({ checkpoints, interruptAt });
    expect(broken.result).toBeUndefined();
    const resumed = await run({ checkpoints: { folder, minutes: 5 } });
    expect(resumed.lines.find((line) => line.startsWith('goes on'))?.split(', from')[0]).toBe(told);
    await expectSame(resumed);
  });

  it.each([
    ['in the middle of an epoch', 'step 17/', 'goes on after step 17 of 30, in epoch 2 of 3'],
    ['after the last step of an epoch', 'step 20/', 'goes on after step 20 of 30, in epoch 2 of 3'],
    ['in a validation', 'epoch 2/3  validation', 'goes on after step 20 of 30, in epoch 2 of 3'],
  ])('that was asked to stop %s goes on from the step reached', async (_, stopAt, told) => {
    const checkpoints = { folder, minutes: 5 };
    expect((await run({ checkpoints, stopAt })).result).toBeUndefined();
    const resumed = await run({ checkpoints });
    expect(resumed.lines[0].split(', from')[0]).toBe(told);
    await expectSame(resumed);
  });

  it('ends as one that was not, interrupted again and again', async () => {
    const checkpoints = { folder, minutes: 0 };
    for (const step of [3, 10, 11, 12, 29]) await run({ checkpoints, interruptAt: `step ${step}/` });
    await expectSame(await run({ checkpoints }));
  });

  it('gives its result again if all epochs are done', async () => {
    const checkpoints = { folder, minutes: 5 };
    await run({ checkpoints });
    const again = await run({ checkpoints });
    expect(again.lines).toEqual([expect.stringMatching(/^goes on after step 30 of 30, all epochs are done, from/)]);
    await expectSame(again);
  });

  it('falls back to the checkpoint before where the newest is cut off', async () => {
    const checkpoints = { folder, minutes: 0 };
    await run({ checkpoints, interruptAt: 'step 17/' });
    truncateSync(newest(), statSync(newest()).size / 2);
    const resumed = await run({ checkpoints: { folder, minutes: 5 } });
    expect(resumed.lines.slice(0, 2)).toEqual([
      expect.stringMatching(/step-00000016-epoch-00000002.checkpoint cannot be read: it should have/),
      expect.stringMatching(/^goes on after step 15 of 30/),
    ]);
    await expectSame(resumed);
  });

  it('begins at the start where no checkpoint is whole', async () => {
    const checkpoints = { folder, minutes: 0 };
    await run({ checkpoints, interruptAt: 'step 17/' });
    for (const name of readdirSync(folder)) truncateSync(join(folder, name), 100);
    const resumed = await run({ checkpoints: { folder, minutes: 5 } });
    expect(resumed.lines[2]).toBe('no checkpoint is whole; training begins at the start');
    await expectSame(resumed);
  });

  it('begins at the start where the checkpoint is of another configuration, and says what differs', async () => {
    const subject = { ...tinySubject, config: { seed: 3, teacher: { training: { epochs: 2 } } } };
    await run({ checkpoints: { folder, minutes: 0, subject }, interruptAt: 'step 17/' });
    const other = await run({ checkpoints: { folder, minutes: 5 } });
    expect(other.lines[0]).toMatch(
      /is not used: teacher.training.epochs was 2 and is 4; training begins at the start$/,
    );
    await expectSame(other);
  });

  it('keeps two checkpoints, and clears away what a killed process left', async () => {
    writeFileSync(join(folder, 'step-00000007-epoch-00000001.checkpoint.99.tmp'), 'half');
    await run({ checkpoints: { folder, minutes: 0 }, interruptAt: 'step 12/' });
    expect(readdirSync(folder).sort()).toEqual([
      'step-00000010-epoch-00000002.checkpoint',
      'step-00000011-epoch-00000002.checkpoint',
    ]);
  });

  it('stays resumable when the loss is no number, and names the last good state', async () => {
    const checkpoints = { folder, minutes: 0 };
    await expect(run({ checkpoints, settings: { learningRate: 1e30, warmup: 0.05 } })).rejects.toMatchObject({
      remedy: expect.stringMatching(/; the last good state is kept in .*step-0000000\d-epoch-00000001.checkpoint$/),
    });
  });

  it('gives the best weights, though they were left behind before it was interrupted', async () => {
    const settings = { learningRate: 1e-4 };
    const expected = await run({ settings });
    await run({ settings, checkpoints: { folder, minutes: 0 }, interruptAt: 'step 29/' });
    const resumed = await run({ settings, checkpoints: { folder, minutes: 5 } });
    expect(expected.result?.bestEpoch).toBeLessThan(3);
    expect(resumed.result?.parameters).toEqual(expected.result?.parameters);
  });

  it('goes on with patience where it was', async () => {
    const settings = { learningRate: 1e-30, epochs: 6, patience: 2 };
    const checkpoints = { folder, minutes: 5 };
    await run({ checkpoints, settings, interruptAt: 'step 21/' });
    const resumed = await run({ checkpoints, settings });
    expect(resumed.result).toMatchObject({ bestEpoch: 1, steps: 3 * 10 });
  });
});
