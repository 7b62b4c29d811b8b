import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MetricsLog } from './metrics-log.ts';

/** A file that takes nothing, as on a full disk. Only Linux has one. */
const fullDisk = '/dev/full';

describe('MetricsLog', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'retort-'));
    path = join(folder, 'metrics.jsonl');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const steps = () =>
    readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { step: number }).step);

  it('goes on where an earlier log ended', () => {
    const earlier = new MetricsLog(join(folder, 'earlier.jsonl'));
    earlier.append({ name: 'loss', value: 2, step: 1 }, { name: 'loss', value: 1, step: 2 });
    const log = new MetricsLog(path);
    log.restore(earlier.content());
    log.append({ name: 'loss', value: 0, step: 3 });
    earlier.close();
    log.close();
    expect(steps()).toEqual([1, 2, 3]);
  });

  if (!existsSync(fullDisk)) return;

  describe('on a full disk', () => {
    it('keeps the lines, and tells at the end that they are not written', () => {
      const log = new MetricsLog(fullDisk);
      log.append({ name: 'loss', value: 2, step: 1 });
      expect(() => log.close()).toThrow('ENOSPC');
    });

    it('can be given up', () => {
      const log = new MetricsLog(fullDisk);
      log.append({ name: 'loss', value: 2, step: 1 });
      expect(() => log.abandon()).not.toThrow();
    });
  });
});
