import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { isAlive } from './processes.ts';

describe('isAlive', () => {
  it('is true of this process', () => {
    expect(isAlive(process.pid)).toBe(true);
  });

  it('is false of a process that has ended', () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    expect(isAlive(pid)).toBe(false);
  });
});
