import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { MetricsLog } from '@retort/shared';
import { randomParameters } from '../model/parameters.ts';
import { tinyConfig } from '../testing/tiny-training.ts';
import { type Live, restoreSnapshot, takeSnapshot } from './standing.ts';
import { Speedometer } from './status.ts';

const folder = mkdtempSync(join(tmpdir(), 'retort-'));
const metrics = new MetricsLog(join(folder, 'metrics.jsonl'));
afterAll(() => {
  metrics.close();
  rmSync(folder, { recursive: true });
});

/** A training whose engine has been replaced for `fallback`; `told`: what it is told when it goes on. */
function live(fallback?: string) {
  const told: string[] = [];
  const learner: Live['learner'] = {
    state: async () => new Map(),
    restore: async () => undefined,
    fallback: () => fallback,
    fallBack: async (reason) => void told.push(reason),
  };
  return { told, live: { parameters: randomParameters(tinyConfig, 3), learner, speed: new Speedometer(0), metrics } };
}

describe('a snapshot', () => {
  it.each([
    ['for a reason', 'bf16 is not used', ['bf16 is not used']],
    ['for none', undefined, []],
  ])('tells whether another engine has taken over: %s', async (_, reason, expected) => {
    const standing = { step: 3, epoch: 1, stepInEpoch: 3, lossSum: 1 };
    const snapshot = await takeSnapshot(standing, live(reason).live, false);
    const resumed = live();
    if (snapshot !== undefined) {
      await restoreSnapshot(snapshot, resumed.live, { labels: new Int32Array(0), labelCount: 2 });
    }
    expect(resumed.told).toEqual(expected);
  });
});
