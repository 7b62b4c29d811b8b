import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { withLock } from './lock.ts';

describe('withLock', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'retort-'));
    path = join(folder, 'lock');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('lets one in at a time', async () => {
    let inside = 0;
    const most: number[] = [];
    const task = async () => {
      most.push(++inside);
      await new Promise((done) => setImmediate(done));
      inside--;
    };
    await Promise.all(Array.from({ length: 8 }, () => withLock(path, task)));
    expect(most).toEqual(Array(8).fill(1));
  });

  it.each([
    ['a process that is gone', 2 ** 22 + 1],
    ['an earlier process of our number', process.pid],
  ])('takes the lock of %s over', async (_, owner) => {
    writeFileSync(path, String(owner));
    expect(await withLock(path, async () => 'in')).toBe('in');
  });

  it('is given back after a failure', async () => {
    await expect(withLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(existsSync(path)).toBe(false);
  });
});
