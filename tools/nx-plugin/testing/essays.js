import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from '@jest/globals';
import { experimentProjects } from '../experiment-project.js';

const packages = new Map([
  ['@retort/shared', { folder: 'shared', dependencies: ['zod'] }],
  ['@retort/onnx', { folder: 'onnx', dependencies: ['@retort/shared', 'protobufjs'] }],
  ['@retort/data-prep', { folder: 'data-prep', dependencies: ['@retort/shared', 'csv-parse'] }],
  ['@retort/trainer', { folder: 'trainer', dependencies: ['@retort/onnx', '@retort/shared'] }],
  ['@retort/quantizer', { folder: 'quantizer', dependencies: ['@retort/onnx', '@retort/shared'] }],
]);
const file = 'experiments/essays/experiment.json';

/** A workspace for each test of a block, with one experiment: `text` is its experiment.json, if it has one. */
export function essaysWorkspace() {
  let workspaceRoot;
  beforeEach(() => {
    workspaceRoot = mkdtempSync(join(tmpdir(), 'retort-'));
    mkdirSync(join(workspaceRoot, 'experiments/essays'), { recursive: true });
  });
  afterEach(() => rmSync(workspaceRoot, { recursive: true }));

  const projectsFor = (text) => {
    if (text !== undefined) writeFileSync(join(workspaceRoot, file), text);
    return experimentProjects({ workspaceRoot, packages, file, experiment: 'essays' });
  };
  return { projectsFor, targetsFor: (text) => projectsFor(text)['experiments/essays'].targets };
}
