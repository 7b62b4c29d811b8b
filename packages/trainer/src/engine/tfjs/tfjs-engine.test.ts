import { describe, expect, it } from '@jest/globals';
import { collate } from '../../data/batches.ts';
import { goldenModel, oneHot, plainOptions, relativeError } from '../../testing/golden.ts';
import { type MakeEngine, onnxruntimeEngine, trainGolden } from '../../testing/golden-run.ts';
import { loadTensorFlow } from './load.ts';
import { createTfjsEngine, createTfjsEvaluator } from './tfjs-engine.ts';

// The backend in plain JavaScript: it is there on every machine.
const { tf } = loadTensorFlow(['@tensorflow/tfjs']);
const tfjsEngine: MakeEngine = async (options) => createTfjsEngine(tf, options);

const hardLoss = { hard: 1, soft: 0, temperature: 1 };
const model = goldenModel('bert-gradient');
const batch = collate([Int32Array.of(2, 8, 57, 21, 59, 38, 3), Int32Array.of(2, 25, 50, 3)], [0, 1], 0);
const targets = { labels: oneHot([1, 0], model.config.labels.length), teacher: new Map() };

describe('100 steps of training, on both engines', () => {
  // Three texts a batch: a step in plain JavaScript takes a tenth of a second.
  const size = { steps: 100, texts: 3 };
  const runs = Promise.all([trainGolden(tfjsEngine, size), trainGolden(onnxruntimeEngine, size)]);

  it('follow the same loss curve', async () => {
    const [tfjs, onnxruntime] = await runs;
    expect(tfjs.losses).toHaveLength(100);
    expect(worstDifference(tfjs.losses, onnxruntime.losses)).toBeLessThan(0.005);
  });

  it('end in the same weights', async () => {
    const [tfjs, onnxruntime] = await runs;
    // The gradient of a key's bias is 0 in theory; the optimizer makes steps of its rounding.
    const named = [...onnxruntime.model.parameters].filter(([name]) => !name.endsWith('key.bias'));
    const errors = named.map(([name, { data }]) => relativeError(tfjs.model.parameters.get(name)?.data ?? [], data));
    expect(Math.max(...errors)).toBeLessThan(1e-4);
  });
});

describe('dropout', () => {
  const withDropout = { ...plainOptions(model, hardLoss), dropout: 0.2 };
  const step = async (makeEngine: MakeEngine, epoch: number, number: number) => {
    const engine = await makeEngine(withDropout);
    engine.startEpoch(epoch);
    const { loss, norm } = await engine.gradients(batch, targets, number);
    await engine.close();
    return { loss, norm };
  };

  it.each([
    [1, 0],
    [2, 5],
  ])('has the same masks on both engines (epoch %d, step %d)', async (epoch, number) => {
    const [tfjs, onnxruntime] = [await step(tfjsEngine, epoch, number), await step(onnxruntimeEngine, epoch, number)];
    expect(tfjs.loss).toBeCloseTo(onnxruntime.loss, 5);
    expect(tfjs.norm).toBeCloseTo(onnxruntime.norm, 4);
  });

  it('changes the loss, so that equal masks mean something', async () => {
    const first = await step(tfjsEngine, 1, 0);
    expect((await step(tfjsEngine, 1, 1)).loss).not.toBeCloseTo(first.loss, 3);
  });
});

describe('tensors', () => {
  const count = () => tf.memory().numTensors;

  it('are as many after each step as after the first, and none after the end', async () => {
    const before = count();
    const engine = await tfjsEngine({ ...plainOptions(model, hardLoss), dropout: 0.1 });
    const counts: number[] = [];
    for (let step = 0; step < 6; step++) {
      if (step % 3 === 0) engine.startEpoch(step / 3 + 1);
      await engine.gradients(batch, targets, step);
      await engine.logits(batch);
      counts.push(count());
    }
    expect(new Set(counts).size).toBe(1);
    await engine.close();
    expect(count()).toBe(before);
  });

  it('of an evaluator stay from batch to batch, and are let go at the end', async () => {
    const before = count();
    const evaluator = createTfjsEvaluator(tf, model.config, model.parameters);
    const engine = await tfjsEngine(plainOptions(model, hardLoss));
    expect(await evaluator.logits(batch)).toEqual(await engine.logits(batch));
    expect(count()).toBe(before + model.parameters.size - 1);
    await evaluator.close();
    await engine.close();
    expect(count()).toBe(before);
  });
});

function worstDifference(actual: readonly number[], expected: readonly number[]): number {
  return Math.max(...expected.map((loss, i) => Math.abs(actual[i] - loss) / loss));
}
