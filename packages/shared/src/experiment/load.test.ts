import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadExperiment, sourcePath } from './load.ts';
import { findWorkspace } from './workspace.ts';

describe('a workspace', () => {
  let workspace: string;
  beforeEach(() => {
    workspace = mkdtempSync(join(tmpdir(), 'retort-'));
    writeFileSync(join(workspace, 'nx.json'), '{}');
    mkdirSync(join(workspace, 'experiments/essays'), { recursive: true });
    const config = { data: { sources: [{ path: 'x.csv' }, { path: '/data/raw/y.csv' }], labels: ['a', 'b'] } };
    writeFileSync(join(workspace, 'experiments/essays/experiment.json'), JSON.stringify(config));
  });
  afterEach(() => rmSync(workspace, { recursive: true }));

  it('is found from any folder in it', () => {
    expect(findWorkspace(join(workspace, 'experiments/essays'))).toBe(workspace);
  });

  it('is asked for outside of one', () => {
    expect(() => findWorkspace('/')).toThrow(expect.objectContaining({ name: 'UserError' }));
  });

  it('loads an experiment by the name of its folder', () => {
    expect(loadExperiment('essays', workspace)).toMatchObject({
      name: 'essays',
      workspace,
      folder: join(workspace, 'experiments/essays'),
      config: { seed: 1 },
    });
  });

  it('finds source files beside the experiment, and from the workspace with a leading slash', () => {
    const experiment = loadExperiment('essays', workspace);
    expect(experiment.config.data.sources.map((source) => sourcePath(experiment, source))).toEqual([
      join(workspace, 'experiments/essays/x.csv'),
      join(workspace, 'data/raw/y.csv'),
    ]);
  });

  it('names the nearest experiment for one that is not there', () => {
    expect(() => loadExperiment('esays', workspace)).toThrow(
      expect.objectContaining({ name: 'UserError', remedy: expect.stringContaining('"essays"') }),
    );
  });

  it.each(['', '..', '../experiments/essays', 'a/b'])('has no experiment called "%s"', (name) => {
    expect(() => loadExperiment(name, workspace)).toThrow(/there is no experiment/);
  });

  it('names the file of a faulty experiment as seen from the workspace', () => {
    writeFileSync(join(workspace, 'experiments/essays/experiment.json'), '{}');
    expect(() => loadExperiment('essays', workspace)).toThrow(
      expect.objectContaining({ place: expect.objectContaining({ file: 'experiments/essays/experiment.json' }) }),
    );
  });
});
