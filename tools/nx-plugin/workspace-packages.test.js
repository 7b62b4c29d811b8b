import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { readPackages, runtimeDependencies } from './workspace-packages.js';

const packages = readPackages(fileURLToPath(new URL('../..', import.meta.url)));

describe('runtimeDependencies', () => {
  it('follows the workspace: what the quantizer can load', () => {
    const { workspace, npm } = runtimeDependencies(packages, 'quantizer');
    expect(workspace).toEqual(['onnx', 'quantizer', 'runtime', 'shared']);
    expect(npm).toContain('onnxruntime-node');
  });

  it.each(['data-prep', 'trainer', 'quantizer'])('has no server, database or other stage below %s', (owner) => {
    const { workspace } = runtimeDependencies(packages, owner);
    const apart = ['server', 'tracking', 'data-prep', 'trainer', 'quantizer'].filter((folder) => folder !== owner);
    expect(workspace.filter((folder) => apart.includes(folder))).toEqual([]);
  });

  it('stands a circle', () => {
    const circle = new Map([
      ['@retort/a', { folder: 'a', dependencies: ['@retort/b'] }],
      ['@retort/b', { folder: 'b', dependencies: ['@retort/a', 'zod'] }],
    ]);
    expect(runtimeDependencies(circle, 'a')).toEqual({ workspace: ['a', 'b'], npm: ['zod'] });
  });
});
