import { describe, expect, it } from '@jest/globals';
import { onnxruntimeCpu } from '@retort/runtime';
import { collate } from '../data/batches.ts';
import { type Parameters, randomParameters } from '../model/parameters.ts';
import { tinyConfig, tinyTexts } from '../testing/tiny-training.ts';
import type { TrainingEngine } from './engine.ts';
import { GuardedEngine } from './guarded-engine.ts';
import { createEngine } from './onnxruntime.ts';

const parameters = randomParameters(tinyConfig, 3);
const { texts } = tinyTexts(8, 1);
const batch = collate(texts, [...texts.keys()], 0);
const targets = {
  labels: Float32Array.from({ length: 16 }, (_, i) => (i % 4 < 2 ? i % 2 : 1 - (i % 2))),
  teacher: new Map(),
};

const engineOf = (of: Parameters) =>
  createEngine(onnxruntimeCpu, {
    config: tinyConfig,
    parameters: of,
    losses: { hard: 1, soft: 0, temperature: 1 },
    dropout: 0.1,
    seed: 3,
    batchSize: 8,
    maxTokens: 16,
    threads: 1,
  });

/** The weights with a relative error of this size, of alternating sign. */
const inexact = (error: number): Parameters =>
  new Map(
    [...parameters].map(([name, { shape, data }]) => [
      name,
      { shape, data: data.map((x, i) => x * (1 + (i % 2 ? error : -error))) },
    ]),
  );

/** Takes steps with weights that are off by `error`, watched by an engine of the right ones. `before`: why that one had taken over in a training that goes on. */
async function watch(error: number, steps: number, graphs: readonly string[] = ['one'], before?: string) {
  const lines: string[] = [];
  const made: string[] = [];
  const reasons: string[] = [];
  let step = 0;
  const noted = (name: string, engine: TrainingEngine): TrainingEngine => ({
    startEpoch: (epoch) => engine.startEpoch(epoch),
    gradients: (...args) => {
      made.push(name);
      return engine.gradients(...args);
    },
    graphFor: () => graphs[Math.min(step, graphs.length - 1)],
    logits: (given) => engine.logits(given),
    close: () => {
      made.push(`${name} closed`);
      return engine.close();
    },
  });
  const guarded = new GuardedEngine({
    fast: noted('fast', await engineOf(inexact(error))),
    name: 'bf16',
    referenceName: 'another in fp32',
    makeReference: async () => noted('fp32', await engineOf(parameters)),
    progress: { update: () => undefined, line: (text) => lines.push(text), done: () => undefined },
    onFallBack: (reason) => reasons.push(reason),
  });
  if (before !== undefined) await guarded.fallBack(before);
  guarded.startEpoch(1);
  const losses: number[] = [];
  for (; step < steps; step++) losses.push((await guarded.gradients(batch, targets, step)).loss);
  await guarded.close();
  return { losses, lines, made, reasons };
}

describe('GuardedEngine', () => {
  it('watches each graph of the engine', async () => {
    const { made, reasons } = await watch(0.001, 6, ['one', 'one', 'one', 'one', 'another', 'another']);
    expect(made.filter((name) => name === 'fp32')).toHaveLength(5);
    expect(made.slice(-2)).toEqual(['fp32 closed', 'fast closed']);
    expect(reasons).toEqual([]);
  });

  it('keeps an engine whose rounding is that of bf16, and computes three steps twice', async () => {
    const { lines, made } = await watch(2 ** -9, 5);
    expect(lines).toEqual([]);
    expect(made.join(', ')).toBe('fp32, fast, fp32, fast, fp32, fast, fp32 closed, fast, fast, fast closed');
  });

  it('gives one up that drifts, says so, and goes on with the other', async () => {
    const { lines, made, reasons } = await watch(0.9, 3);
    expect(lines).toEqual(reasons.map((reason) => `warning: ${reason}`));
    expect(lines).toEqual([
      expect.stringMatching(
        /^warning: bf16 is not used: the .* of a first step is .* where fp32 gives .*; training goes on by another in fp32$/,
      ),
    ]);
    expect(made.join(', ')).toBe('fp32, fast, fast closed, fp32, fp32, fp32 closed');
  });

  it("gives the other's step in place of the one that drifted", async () => {
    const right = await engineOf(parameters);
    right.startEpoch(1);
    const { loss } = await right.gradients(batch, targets, 0);
    await right.close();
    expect((await watch(0.9, 1)).losses).toEqual([loss]);
  });

  it('lets the other compute from the first step on where it had taken over before', async () => {
    const before = await watch(0.9, 2);
    const after = await watch(0.001, 2, ['one'], before.reasons[0]);
    expect(after.losses).toEqual(before.losses);
    expect([after.lines, after.made.join(', ')]).toEqual([before.lines, 'fast closed, fp32, fp32, fp32 closed']);
  });

  it('takes NaN for drift', async () => {
    expect((await watch(Number.NaN, 1)).lines).toHaveLength(1);
  });
});
