import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { runSourcesInChildren } from '../../testing/child-sources.ts';
import { peakMemory } from './peak-memory.ts';

describe('peakMemory', () => {
  it('of a child does not count what its parent has', () => {
    runSourcesInChildren();
    const ballast = Buffer.alloc(400e6, 1);
    const module = JSON.stringify(new URL('./peak-memory.ts', import.meta.url).href);
    const script = `import(${module}).then(({ peakMemory }) => process.stdout.write(String(peakMemory())))`;
    const { stdout } = spawnSync(process.execPath, ['-e', script], { env: process.env, encoding: 'utf8' });
    expect(Number(stdout)).toBeGreaterThan(20e6);
    expect(Number(stdout)).toBeLessThan(ballast.length);
    expect(peakMemory()).toBeGreaterThan(ballast.length);
  });
});
