import { describe, expect, it } from '@jest/globals';
import { loadTensorFlow } from '../engine/tfjs/load.ts';
import { createTfjsEngine } from '../engine/tfjs/tfjs-engine.ts';
import type { ModelConfig } from '../model/config.ts';
import { parameterSpecs, wordTableName } from '../model/parameters.ts';
import { goldenJson, goldenTensors, relativeError } from '../testing/golden.ts';
import { type MakeEngine, onnxruntimeEngine, trainGolden } from '../testing/golden-run.ts';
import { tinyConfig } from '../testing/tiny-training.ts';
import { frozenParameters, type GroupSettings, parameterGroups } from './parameter-groups.ts';

const config: ModelConfig = { ...tinyConfig, layers: 3 };

/** Name -> group. */
const groupsOf = (settings: Partial<GroupSettings>, of = config) =>
  new Map(parameterGroups(of, { weightDecay: 0.01, ...settings }).map((group) => [group.name, group]));

describe('parameterGroups', () => {
  it('has every parameter of the model, in its order', () => {
    expect([...groupsOf({}).keys()]).toEqual(parameterSpecs(config).map(({ name }) => name));
  });

  it('lets all learn alike where nothing is said', () => {
    const groups = [...groupsOf({}).values()];
    expect(groups.every(({ learningRateScale, frozen }) => learningRateScale === 1 && !frozen)).toBe(true);
  });

  it.each([
    ['classifier.weight', 1],
    ['bert.pooler.dense.bias', 1],
    ['bert.encoder.layer.2.output.dense.weight', 0.5],
    ['bert.encoder.layer.0.attention.self.query.bias', 0.125],
    ['bert.embeddings.LayerNorm.weight', 0.0625],
    [wordTableName(config), 0.0625],
  ])('halves the learning rate with each layer down: %s', (name, scale) => {
    expect(groupsOf({ layerDecay: 0.5 }).get(name)?.learningRateScale).toBe(scale);
  });

  it("knows DistilBERT's layers too", () => {
    const student: ModelConfig = { ...config, architecture: 'distilbert', layers: 2, tokenTypes: 0 };
    const groups = groupsOf({ layerDecay: 0.5 }, student);
    const names = ['pre_classifier.weight', 'distilbert.transformer.layer.0.ffn.lin1.bias', wordTableName(student)];
    expect(names.map((name) => groups.get(name)?.learningRateScale)).toEqual([1, 0.25, 0.125]);
  });

  it.each([
    ['bert.embeddings.LayerNorm.weight', 0],
    ['bert.encoder.layer.0.output.dense.bias', 0],
    ['bert.encoder.layer.0.output.dense.weight', 0.01],
    ['bert.embeddings.position_embeddings.weight', 0.01],
  ])('lets matrices and embeddings decay alone: %s', (name, weightDecay) => {
    expect(groupsOf({}).get(name)?.weightDecay).toBe(weightDecay);
  });

  it.each([
    ['embeddings' as const, ['embeddings']],
    [2, ['embeddings', 'layer.0', 'layer.1']],
  ])('freezes from below: %p', (freeze, parts) => {
    const all = parameterSpecs(config).map(({ name }) => name);
    const expected = all.filter((name) => parts.some((part) => name.includes(`.${part}.`)));
    expect([...frozenParameters(config, { weightDecay: 0, freeze })]).toEqual(expected);
  });

  it.each([3, 4])('refuses to freeze all of 3 layers (%d)', (freeze) => {
    expect(() => groupsOf({ freeze })).toThrow(
      expect.objectContaining({
        name: 'UserError',
        message: `${freeze} layers are to be frozen, and the model has 3`,
        remedy: 'freeze at most 2, or "embeddings"',
      }),
    );
  });
});

interface GoldenCurve {
  layerDecay: number;
  freeze?: number;
  loss: number[];
  gradientNorm: number[];
}

const { tf } = loadTensorFlow(['@tensorflow/tfjs']);
const engines: [string, MakeEngine][] = [
  ['onnxruntime', onnxruntimeEngine],
  ['TensorFlow.js', async (options) => createTfjsEngine(tf, options)],
];
const curves = goldenJson('parameter-groups/curves.json') as { 'layer-decay': GoldenCurve; frozen: GoldenCurve };

describe.each(
  engines.flatMap(([name, make]) => (['layer-decay', 'frozen'] as const).map((set) => [set, name, make] as const)),
)('20 steps of training with %s on %s, against PyTorch', (set, _, makeEngine) => {
  const { layerDecay, freeze, loss, gradientNorm } = curves[set];
  const run = trainGolden(makeEngine, { steps: 20, groups: { layerDecay, freeze } });

  it('follow the same loss curve', async () => {
    expect(worst((await run).losses, loss)).toBeLessThan(1e-4);
  });

  it('have the same norms of the gradient', async () => {
    expect(worst((await run).norms, gradientNorm)).toBeLessThan(1e-3);
  });

  it('end in the same weights', async () => {
    const { model } = await run;
    // The gradient of a key's bias is 0 in theory; the optimizer makes steps of its rounding.
    const final = [...goldenTensors(`parameter-groups/${set}.safetensors`)].filter(
      ([name]) => !name.endsWith('key.bias'),
    );
    const errors = final.map(([name, { data }]) => relativeError(model.parameters.get(name)?.data ?? [], data));
    expect(Math.max(...errors)).toBeLessThan(1e-4);
  });
});

function worst(actual: readonly number[], expected: readonly number[]): number {
  return Math.max(...expected.map((value, i) => Math.abs(actual[i] - value) / value));
}
