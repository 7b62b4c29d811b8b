import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { artifactFolder } from '../artifact/index.ts';
import { loadExperiment } from './load.ts';
import { parseExperimentName, seedName } from './seeds.ts';

describe('parseExperimentName', () => {
  it.each([
    ['essays', { base: 'essays' }],
    ['essays@2', { base: 'essays', seed: 2 }],
    ['a-b.c_d@0', { base: 'a-b.c_d', seed: 0 }],
  ])('takes %s apart', (name, parts) => {
    expect(parseExperimentName(name)).toEqual(parts);
  });

  it.each(['essays@', 'essays@02', 'essays@-1', 'essays@1@2', '@2', 'a/b@2', ''])('knows no "%s"', (name) => {
    expect(parseExperimentName(name)).toBeUndefined();
  });

  it('reads what seedName writes', () => {
    expect(parseExperimentName(seedName('essays', 7))).toEqual({ base: 'essays', seed: 7 });
  });
});

describe('an experiment of several seeds', () => {
  let workspace: string;
  const load = (name: string) => loadExperiment(name, workspace);
  beforeEach(() => {
    workspace = mkdtempSync(join(tmpdir(), 'retort-'));
    mkdirSync(join(workspace, 'experiments/essays'), { recursive: true });
    const data = { sources: [{ path: 'x.csv' }], labels: ['a', 'b'] };
    const config = { seed: 1, seeds: [3, 1, 2], data };
    writeFileSync(join(workspace, 'experiments/essays/experiment.json'), JSON.stringify(config));
  });
  afterEach(() => rmSync(workspace, { recursive: true }));

  it('has a name for each further seed', () => {
    const experiment = load('essays@2');
    expect(experiment).toMatchObject({ name: 'essays@2', folder: join(workspace, 'experiments/essays') });
    expect(experiment.config).toEqual({ ...load('essays').config, seed: 2 });
  });

  it('keeps the split of its own seed', () => {
    expect(load('essays@2').config.data.split.seed).toBe(1);
  });

  it('has one dataset, and models of each seed', () => {
    const folders = ['prepare', 'finetune'].map((stage) => artifactFolder('/w', 'essays@2', stage));
    expect(folders).toEqual([join('/w/artifacts/essays/prepare'), join('/w/artifacts/essays@2/finetune')]);
  });

  it('has no other seeds', () => {
    expect(() => load('essays@4')).toThrow(
      expect.objectContaining({
        name: 'UserError',
        message: 'the experiment has no seed 4',
        place: { file: join('experiments/essays/experiment.json'), field: 'seeds' },
        remedy: 'add it to "seeds", or name one of: essays@3, essays, essays@2',
      }),
    );
  });

  it('has its own seed under its own name alone', () => {
    expect(() => load('essays@1')).toThrow(expect.objectContaining({ remedy: 'name it "essays"' }));
  });
});
