import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createNodes } from './index.js';

describe('createNodes', () => {
  let workspaceRoot;
  beforeEach(() => {
    workspaceRoot = mkdtempSync(join(tmpdir(), 'retort-'));
    for (const owner of ['data-prep', 'trainer', 'quantizer']) {
      mkdirSync(join(workspaceRoot, 'packages', owner), { recursive: true });
      writeFileSync(join(workspaceRoot, 'packages', owner, 'package.json'), `{ "name": "@retort/${owner}" }`);
    }
    for (const name of ['sample', 'essays']) {
      mkdirSync(join(workspaceRoot, 'experiments', name), { recursive: true });
      writeFileSync(join(workspaceRoot, 'experiments', name, 'experiment.json'), '{}');
    }
  });
  afterEach(() => rmSync(workspaceRoot, { recursive: true }));

  const files = ['experiments/essays/experiment.json', 'experiments/sample/experiment.json'];
  const projects = (defaultExperiment) =>
    Object.assign({}, ...createNodes[1](files, { defaultExperiment }, { workspaceRoot }).map(([, r]) => r.projects));

  it('makes each experiment a project of its own', () => {
    expect(projects('sample')).toMatchObject({
      'experiments/essays': { name: 'essays' },
      'experiments/sample': { name: 'sample' },
    });
  });

  it("gives the owners short names for the default experiment's stages", () => {
    expect(projects('essays')['packages/trainer'].targets.distill.dependsOn).toEqual([
      { projects: ['essays'], target: 'distill' },
    ]);
  });

  it('serves the default experiment, after its student has been quantized', () => {
    const { serve } = projects('essays')['packages/server'].targets;
    expect(serve.command).toMatch(/ serve --experiment essays$/);
    expect(serve.dependsOn).toContainEqual({ projects: ['essays'], target: 'quantize' });
  });

  it('labels a file by the default experiment, after its student has been quantized', () => {
    const { classify } = projects('essays')['packages/server'].targets;
    expect(classify.command).toMatch(/ classify --experiment essays$/);
    expect(classify.dependsOn).toContainEqual({ projects: ['essays'], target: 'quantize' });
  });

  it('finds learning rates for the default experiment by a command that takes options', () => {
    const target = projects('essays')['packages/trainer'].targets['find-lr'];
    expect(target.command).toMatch(/ find-lr --experiment essays$/);
    expect(target.dependsOn).toContainEqual({ projects: ['essays'], target: 'prepare' });
  });

  it('refuses a folder whose name a shell would take apart', () => {
    const file = 'experiments/a b;c/experiment.json';
    expect(() => createNodes[1]([file], { defaultExperiment: 'sample' }, { workspaceRoot })).toThrow(/a b;c.*letters/);
  });

  it('says which default experiment is missing', () => {
    expect(() => projects('smaple')).toThrow(/no default experiment that exists \(smaple\)/);
  });
});
