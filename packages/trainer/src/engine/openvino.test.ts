import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findOpenVino, onnxruntimeCpu, openvino } from '@retort/runtime';
import { collate } from '../data/batches.ts';
import type { LossTerms } from '../losses/losses.ts';
import { randomParameters } from '../model/parameters.ts';
import { goldenJson, relativeError } from '../testing/golden.ts';
import { type MakeEngine, runGolden, trainGolden, worstError } from '../testing/golden-run.ts';
import { curves, runTiny, type TinyRun, tinyConfig, tinyProbe, tinyTexts } from '../testing/tiny-training.ts';
import { compareDevices } from '../testing/two-devices.ts';
import { onExecutor } from './choose.ts';
import { engineFor, fastestDevice } from './choose-device.ts';
import { createEngine } from './onnxruntime.ts';

/** Versions before 2026.3 lack operators of training. */
function trains(): boolean {
  if (findOpenVino() === undefined) return false;
  const [year, release] = openvino('fp32').version.split('.').map(Number);
  return year > 2026 || (year === 2026 && release >= 3);
}
const withOpenVino = trains() ? describe : describe.skip;
/** Processors with AVX-512, and ARM's with BF16. */
function offersBf16(): boolean {
  try {
    return trains() && openvino('bf16').precision === 'bf16';
  } catch {
    return false;
  }
}
const openVinoEngine: MakeEngine = (options) => createEngine(openvino('fp32'), options);
const quiet = { update: () => undefined, line: () => undefined, done: () => undefined };

const before = process.env.OPENVINO_CACHE_DIR;
const folder = mkdtempSync(join(tmpdir(), 'retort-'));
beforeAll(() => {
  process.env.OPENVINO_CACHE_DIR = join(folder, 'cache');
});
afterAll(() => {
  process.env.OPENVINO_CACHE_DIR = before ?? '';
  rmSync(folder, { recursive: true });
});

withOpenVino('training by OpenVINO', () => {
  it.each([
    ['of a 2-layer BERT', 'bert-gradient', { hard: 1, soft: 0, temperature: 1 }],
    ['of the distillation of a 2-layer DistilBERT', 'distilbert-gradient', { hard: 0.3, soft: 0.7, temperature: 2.5 }],
  ])('has the loss and the gradients that PyTorch has, in a step %s', async (_, set, losses) => {
    const golden = goldenJson(`${set}/loss.json`) as { loss: number; gradientNorm: number };
    const { step, gradients, golden: expected } = await runGolden(openVinoEngine, set, losses);
    expect(step.loss).toBeCloseTo(golden.loss, 5);
    expect(step.norm).toBeCloseTo(golden.gradientNorm, 4);
    expect(worstError(gradients, expected)).toBeLessThan(1e-4);
  });

  it('has the logits that PyTorch has', async () => {
    const { logits, expected } = await runGolden(openVinoEngine, 'bert-gradient', { hard: 1, soft: 0, temperature: 1 });
    expect(relativeError(logits, expected.get('logits')?.data ?? [])).toBeLessThan(1e-5);
  });

  it("follows PyTorch's loss curve for 50 steps", async () => {
    const { curve, losses } = await trainGolden(openVinoEngine);
    const differences = losses.map((loss, i) => Math.abs(loss - curve.loss[i]) / curve.loss[i]);
    expect(Math.max(...differences)).toBeLessThan(0.01);
  });

  it("follows onnxruntime's loss curve for 100 steps, batches of changing lengths, and ends in the same weights", async () => {
    const same = await compareDevices({ steps: 100, settings: { dropout: 0 } }, 'openvino');
    expect(same.losses).toHaveLength(100);
    expect(same.losses[99]).toBeLessThan(0.3 * same.losses[0]);
    expect(same.loss).toBeLessThan(0.005);
    expect(same.norm).toBeLessThan(0.005);
    expect(same.weights).toBeLessThan(0.001);
  });

  it('drops the same values, adds up the same batches and clips the same gradients', async () => {
    const settings = { dropout: 0.1, accumulation: 3, batchSize: 4, clipNorm: 0.01 };
    const same = await compareDevices({ steps: 4, settings }, 'openvino');
    expect(same.loss).toBeLessThan(1e-4);
    expect(same.norm).toBeLessThan(1e-4);
    expect(same.weights).toBeLessThan(1e-4);
  });

  it("computes every term of a distillation's loss", async () => {
    const losses: LossTerms = {
      ...{ hard: 0.3, soft: 0.4, temperature: 2 },
      teacher: { hidden: 24, heads: 2 },
      hiddenStates: { weight: 1, distance: 'cosine', tokens: 'all', pairs: [{ student: 1, teacher: 2 }] },
      attention: { weight: 1, distance: 'kl', pairs: [{ student: 0, teacher: 1 }] },
      relations: { weight: 1, heads: 2, teacherLayer: 1, studentLayer: 0 },
    };
    const same = await compareDevices({ steps: 4, losses, architecture: 'distilbert' }, 'openvino');
    expect(same.loss).toBeLessThan(1e-4);
    expect(same.norm).toBeLessThan(1e-4);
  });

  describe('interrupted', () => {
    /** 10 steps an epoch, 20 in all. */
    const run = (options: TinyRun = {}) =>
      runTiny({ ...options, device: 'openvino', settings: { batchSize: 16, epochs: 2 } });

    it('ends in the same bytes as one that was not', async () => {
      const checkpoints = { folder: join(folder, 'checkpoints'), minutes: 0 };
      const whole = await run();
      expect((await run({ checkpoints, interruptAt: 'step 13/' })).result).toBeUndefined();
      const resumed = await run({ checkpoints });
      expect(resumed.lines[0]).toMatch(/^goes on after step 12 of 20/);
      expect(resumed.result?.parameters).toEqual(whole.result?.parameters);
      expect(curves(resumed.points)).toEqual(curves(whole.points));
    });

    it('goes on by onnxruntime from a checkpoint of OpenVINO', async () => {
      const checkpoints = { folder: join(folder, 'other'), minutes: 0 };
      await run({ checkpoints, interruptAt: 'step 13/' });
      const settings = { batchSize: 16, epochs: 2 };
      const [mixed, whole] = [await runTiny({ checkpoints, settings }), await runTiny({ settings })];
      expect(mixed.result?.validation.loss).toBeCloseTo(whole.result?.validation.loss ?? Number.NaN, 3);
    });
  });

  it('is what the device openvino chooses, in the precision that was asked for', async () => {
    const chosen = await (await engineFor('onnxruntime', 'openvino', quiet, 'fp32'))(tinyProbe());
    expect(chosen).toMatchObject({
      name: 'onnxruntime',
      backend: 'openvino',
      versions: { openvino: openvino('fp32').version },
    });
    expect(chosen.description).toMatch(/^openvino 20\S+ on cpu in fp32$/);
  });

  it('is measured by the device auto', async () => {
    const lines: string[] = [];
    const chosen = await fastestDevice(tinyProbe(), { ...quiet, line: (text) => lines.push(text) }, [
      'cpu',
      'openvino',
    ]);
    expect(lines).toEqual([`device auto: ${chosen.backend}; ${chosen.choice}`]);
    expect(chosen.choice).toMatch(/openvino [\d.e-]+ s/);
  });
});

(offersBf16() ? describe : describe.skip)('training by OpenVINO in bf16', () => {
  it('is near fp32, is watched and not given up', async () => {
    const { texts } = tinyTexts(8, 1);
    const batch = collate(texts, [...texts.keys()], 0);
    const targets = { labels: Float32Array.from({ length: 16 }, (_, i) => (i + (i >> 1)) % 2), teacher: new Map() };
    const options = {
      ...{ config: tinyConfig, parameters: randomParameters(tinyConfig, 3), seed: 3, dropout: 0.1 },
      ...{ losses: { hard: 1, soft: 0, temperature: 1 }, batchSize: 8, maxTokens: 16, threads: 1 },
    };
    const chosen = onExecutor(openvino('bf16'), 'openvino', quiet);
    const [reference, engine] = [await createEngine(onnxruntimeCpu, options), await chosen.createEngine(options)];
    for (const one of [reference, engine]) one.startEpoch(1);
    // More than those that are watched.
    for (const step of [0, 1, 2, 3, 4]) {
      const { loss } = await reference.gradients(batch, targets, step);
      const given = (await engine.gradients(batch, targets, step)).loss;
      expect(Math.abs(given - loss)).toBeLessThan(0.02 * loss);
      expect(given).not.toBe(loss);
    }
    expect(chosen.fallback?.()).toBeUndefined();
    for (const one of [reference, engine]) await one.close();
  });
});
