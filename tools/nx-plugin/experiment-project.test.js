import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { experimentProject } from './experiment-project.js';

const packages = new Map([
  ['@retort/shared', { folder: 'shared', dependencies: ['zod'] }],
  ['@retort/onnx', { folder: 'onnx', dependencies: ['@retort/shared', 'protobufjs'] }],
  ['@retort/data-prep', { folder: 'data-prep', dependencies: ['@retort/shared', 'csv-parse'] }],
  ['@retort/trainer', { folder: 'trainer', dependencies: ['@retort/onnx', '@retort/shared'] }],
  ['@retort/quantizer', { folder: 'quantizer', dependencies: ['@retort/onnx', '@retort/shared'] }],
]);
const file = 'experiments/essays/experiment.json';

describe('experimentProject', () => {
  let workspaceRoot;
  beforeEach(() => {
    workspaceRoot = mkdtempSync(join(tmpdir(), 'retort-'));
    mkdirSync(join(workspaceRoot, 'experiments/essays'), { recursive: true });
  });
  afterEach(() => rmSync(workspaceRoot, { recursive: true }));

  const targetsFor = (text) => {
    if (text !== undefined) writeFileSync(join(workspaceRoot, file), text);
    return experimentProject({ workspaceRoot, packages, file, experiment: 'essays' }).targets;
  };
  const filesets = (target) => target.inputs.filter((input) => 'fileset' in input);

  it('has the five stages as targets', () => {
    expect(Object.keys(targetsFor('{}'))).toEqual(['prepare', 'finetune', 'distill', 'quantize', 'report']);
  });

  it('runs a stage by the compiled command of its owner', () => {
    expect(targetsFor('{}').distill.command).toBe('node packages/trainer/dist/cli.js distill --experiment essays');
  });

  it('needs the artifacts that the stage reads and the packages that its owner can load, and no others', () => {
    expect(targetsFor('{}').quantize.dependsOn).toEqual([
      'finetune',
      'distill',
      { projects: ['onnx', 'quantizer', 'shared'], target: 'build' },
    ]);
  });

  it('counts the npm packages that the owner can load as inputs', () => {
    expect(targetsFor('{}').finetune.inputs).toContainEqual({ externalDependencies: ['protobufjs', 'zod'] });
  });

  it('takes the source files as inputs of prepare, from the workspace or from the experiment', () => {
    const sources = [{ path: '/data/raw/a.csv' }, { path: 'b.csv' }];
    const { prepare, finetune } = targetsFor(JSON.stringify({ data: { sources } }));
    expect(filesets(prepare)).toEqual([
      { fileset: '{workspaceRoot}/data/raw/a.csv', includeIgnored: true },
      { fileset: '{workspaceRoot}/experiments/essays/b.csv', includeIgnored: true },
    ]);
    expect(filesets(finetune)).toEqual([]);
  });

  it.each(['{', 'null', '[]', '{"data": 1}', '{"data": {"sources": "a.csv"}}', '{"data": {"sources": [null, 1, {}]}}'])(
    'leaves the complaint about %s to the stage',
    (text) => {
      expect(filesets(targetsFor(text).prepare)).toEqual([]);
    },
  );
});
