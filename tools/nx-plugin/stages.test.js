import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { stageKeys, stages as stageNames } from '../../packages/shared/src/experiment/stages.ts';
import { seedsTarget, stages } from './stages.js';

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('stages', () => {
  it('are those of packages/shared, in the same order', () => {
    expect(Object.keys(stages)).toEqual([...stageNames]);
  });

  it('obey the keys of packages/shared', () => {
    expect(
      Object.fromEntries(Object.entries({ ...stages, seeds: seedsTarget }).map(([stage, { keys }]) => [stage, keys])),
    ).toEqual(stageKeys);
  });

  it('read only artifacts of stages before them', () => {
    const order = Object.keys(stages);
    for (const [stage, { reads }] of Object.entries(stages)) {
      expect(reads.filter((other) => order.indexOf(other) >= order.indexOf(stage))).toEqual([]);
    }
  });

  it('are run to the last by `pnpm distill`, for the default experiment of nx.json', () => {
    const [{ options }] = JSON.parse(read('nx.json')).plugins;
    expect(JSON.parse(read('package.json')).scripts.distill).toBe(`nx run ${options.defaultExperiment}:report`);
  });
});
