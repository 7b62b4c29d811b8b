import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Experiment, type Manifest, openArtifact, type Progress } from '@retort/shared';
import type { EngineName } from '../engine/choose.ts';
import { makeWorkspace } from '../testing/workspace.ts';
import { finetune } from './finetune.ts';

const progress: Progress = { update: () => undefined, line: () => undefined, done: () => undefined };

let experiment: Experiment;
let manifests: Record<EngineName, Manifest>;
beforeAll(async () => {
  experiment = await makeWorkspace();
  const run = async (engine: EngineName) => {
    await finetune(experiment, progress, engine);
    return (await openArtifact(experiment.workspace, experiment.name, 'finetune')).manifest;
  };
  manifests = { onnxruntime: await run('onnxruntime'), tfjs: await run('tfjs') };
}, 60_000);
afterAll(() => rmSync(experiment.workspace, { recursive: true }));

describe('a stage, dropout and all,', () => {
  it('ends in the same loss on both engines', () => {
    const [a, b] = [manifests.onnxruntime, manifests.tfjs].map(({ metrics }) => metrics['validation.loss']);
    expect(Math.abs(a - b) / a).toBeLessThan(0.005);
  });

  it.each(['onnxruntime', 'tfjs'] as const)('records the engine in its manifest: %s', (name) => {
    const { engine, versions } = manifests[name];
    expect(engine).toEqual({ name, backend: expect.any(String) });
    expect(versions).toHaveProperty(name);
  });
});
