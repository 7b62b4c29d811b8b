/** @jest-environment ../../tools/jest/software-gpu.js */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeModel } from '@retort/onnx';
import { onnxruntimeCpu, onnxruntimeWebgpu, type Session } from '@retort/runtime';
import { collate } from '../data/batches.ts';
import type { Evaluator } from '../engine/engine.ts';
import { createEvaluator } from '../engine/onnxruntime.ts';
import { randomParameters } from '../model/parameters.ts';
import { GraphTrace } from '../ops/tracer.ts';
import { relativeError } from '../testing/golden.ts';
import { runTiny, type TinyRun, tinyConfig, tinyTexts } from '../testing/tiny-training.ts';
import { compareDevices } from '../testing/two-devices.ts';
import { createDeviceEvaluator } from './evaluator.ts';

/** A session on the GPU, or why there is none. While one is open, those after it need not compile their programs again. */
async function openGpu(): Promise<Session | string> {
  const trace = new GraphTrace();
  try {
    return await onnxruntimeWebgpu.open(writeModel(trace.finish('nothing', { y: trace.input('x', 'float32', [1]) })));
  } catch (error) {
    return (error as Error).message;
  }
}

type Device = 'cpu' | 'webgpu';

const gpu = await openGpu();
/** The first step compiles some seventy programs, for a processor that stands in for a GPU. */
const timeout = 300_000;

if (typeof gpu !== 'string') {
  afterAll(() => gpu.close());

  describe('training on a GPU, against the processor', () => {
    it(
      'follows the same loss curve for 100 steps, and ends in the same weights',
      async () => {
        const same = await compareDevices({ steps: 100, settings: { dropout: 0 } });
        expect(same.losses).toHaveLength(100);
        expect(same.losses[99]).toBeLessThan(0.3 * same.losses[0]);
        expect(same.loss).toBeLessThan(0.005);
        expect(same.norm).toBeLessThan(0.005);
        expect(same.weights).toBeLessThan(0.001);
        expect(same.logits).toBeLessThan(0.001);
      },
      timeout,
    );

    it(
      'drops the same values, adds up the same batches and clips the same gradients',
      async () => {
        const settings = { dropout: 0.1, accumulation: 3, batchSize: 4, clipNorm: 0.01 };
        const same = await compareDevices({ steps: 4, settings });
        expect(Math.min(...same.norms)).toBeGreaterThan(settings.clipNorm);
        expect(same.loss).toBeLessThan(1e-4);
        expect(same.norm).toBeLessThan(1e-4);
        expect(same.weights).toBeLessThan(1e-4);
      },
      timeout,
    );

    it(
      'distils with every term, layers of other learning rates, and frozen embeddings',
      async () => {
        const losses = {
          hard: 0.3,
          soft: 0.7,
          temperature: 2,
          teacher: { hidden: 24, heads: 2 },
          hiddenStates: { weight: 1, distance: 'cosine', tokens: 'all', pairs: [{ student: 1, teacher: 2 }] },
          attention: { weight: 1, distance: 'kl', pairs: [{ student: 0, teacher: 1 }] },
          relations: { weight: 1, heads: 4, studentLayer: 0, teacherLayer: 1 },
        } as const;
        const settings = { layerDecay: 0.8, freeze: 'embeddings', weightDecay: 0.1 } as const;
        const same = await compareDevices({ steps: 4, architecture: 'distilbert', losses, settings });
        expect(same.loss).toBeLessThan(1e-4);
        expect(same.norm).toBeLessThan(1e-4);
        expect(same.weights).toBeLessThan(1e-4);
      },
      timeout,
    );
  });

  describe('a teacher on a GPU', () => {
    it(
      'gives what it gives on the processor, padding and all',
      async () => {
        const wanted = [
          { kind: 'logits' },
          { kind: 'hidden_states', state: 1 },
          { kind: 'queries', layer: 0 },
        ] as const;
        const parameters = randomParameters(tinyConfig, 3);
        const batch = collate(tinyTexts(5, 1).texts, [0, 1, 2, 3, 4], 0);
        const outputs = async (evaluator: Evaluator) => {
          const all = await evaluator.outputs(batch);
          await evaluator.close();
          return all;
        };
        const onCpu = await outputs(await createEvaluator(onnxruntimeCpu, tinyConfig, parameters, wanted));
        const onGpu = await outputs(await createDeviceEvaluator(onnxruntimeWebgpu, tinyConfig, parameters, wanted));
        expect([...onGpu.keys()].sort()).toEqual(['hidden_states:1', 'logits', 'queries:0']);
        for (const [name, data] of onCpu) expect(relativeError(onGpu.get(name) ?? [], data)).toBeLessThan(1e-5);
      },
      timeout,
    );
  });

  describe('a training that was interrupted', () => {
    const folder = mkdtempSync(join(tmpdir(), 'retort-'));
    afterAll(() => rmSync(folder, { recursive: true }));
    /** 2 steps an epoch, 4 in all, with a checkpoint in the middle. */
    const run = (options: TinyRun) =>
      runTiny({ ...options, texts: 16, settings: { batchSize: 8, epochs: 2, learningRate: 1e-3, warmup: 0 } });
    const interrupt = async (device: Device) => {
      await run({ device, checkpoints: { folder: join(folder, device), minutes: 5 }, interruptAt: 'step 3/' });
    };
    const goOn = (first: Device, then: Device) => {
      const copy = join(folder, `${first} then ${then}`);
      cpSync(join(folder, first), copy, { recursive: true });
      return run({ device: then, checkpoints: { folder: copy, minutes: 5 } });
    };
    beforeAll(async () => {
      await interrupt('cpu');
      await interrupt('webgpu');
    }, timeout);

    it.each([
      ['webgpu', 'cpu'],
      ['cpu', 'webgpu'],
    ] as const)(
      'on %s goes on on %s',
      async (first, then) => {
        const [resumed, whole] = [await goOn(first, then), await run({ device: 'cpu' })];
        expect(resumed.lines[0]).toMatch(/^goes on after step 2 of 4, in epoch 2 of 2/);
        expect(resumed.result?.validation.loss).toBeCloseTo(whole.result?.validation.loss ?? 0, 4);
        const weights = ({ result }: typeof whole, name: string) => result?.parameters.get(name)?.data ?? [];
        for (const name of ['bert.embeddings.word_embeddings.weight', 'bert.encoder.layer.0.output.dense.weight']) {
          expect(relativeError(weights(resumed, name), weights(whole, name))).toBeLessThan(1e-4);
        }
      },
      timeout,
    );

    it(
      'on a GPU ends in the same bytes as one that was not',
      async () => {
        const [resumed, whole] = [await goOn('webgpu', 'webgpu'), await run({ device: 'webgpu' })];
        expect(resumed.result?.parameters).toEqual(whole.result?.parameters);
      },
      timeout,
    );
  });
} else {
  describe('training on a GPU', () => {
    it(`not run: ${gpu}; a software GPU is in Debian's packages chromium and libvulkan1`, () => {
      expect(gpu).not.toBe('');
    });
  });
}
