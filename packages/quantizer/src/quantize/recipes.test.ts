import { describe, expect, it } from '@jest/globals';
import { checkModel, type Model, readModel, writeModel } from '@retort/onnx';
import { onnxruntimeCpu } from '@retort/runtime';
import { Random } from '@retort/shared';
import { bertLike, tinyConfig } from '../testing/bert-like.ts';
import { logitsOf } from '../testing/run-model.ts';
import { calibrate } from './calibrate.ts';
import { layersOf } from './layers.ts';
import { defaultOptions, embeddingTypes, type QuantizeOptions } from './options.ts';
import { type Recipe, recipes } from './recipes.ts';

const names: readonly Recipe[] = ['dynamic-int8', 'static-int8', 'int8-weights', 'fixed-int8'];
const lengths = [1, 2, 9, 17, 32, 5, 24, 12];
const texts = lengths.map((length, i) => {
  const random = new Random(7, i);
  return Array.from({ length }, () => random.integer(tinyConfig.vocabularySize));
});
const models: readonly [string, Model][] = [
  ['DistilBERT', bertLike()],
  ['BERT', bertLike({ ...tinyConfig, segments: true, seed: 3 })],
  ['DistilBERT whose [CLS] attends alone', bertLike({ ...tinyConfig, clsAlone: true })],
];
const [[, distilbert]] = models;
const clsAlone = models[2][1];

async function quantize(model: Model, recipe: Recipe, options: Partial<QuantizeOptions> = {}): Promise<Model> {
  const ids = texts.map((text) => Int32Array.from(text));
  const ranges = await calibrate(model, ids, onnxruntimeCpu, { threads: 1 });
  return recipes[recipe].quantize(model, { ...defaultOptions, ranges, ...options });
}

/** Largest change of a logit, as a share of the logits' spread. */
async function change(before: Model, after: Model, batches: readonly (readonly number[])[][]): Promise<number> {
  const rows = async (model: Model) => (await Promise.all(batches.map((batch) => logitsOf(model, batch)))).flat(2);
  const [a, b] = [await rows(before), await rows(after)];
  const spread = Math.max(...a) - Math.min(...a);
  return Math.max(...a.map((value, i) => Math.abs(value - b[i]))) / spread;
}

const alone = texts.map((text) => [text]);
const together = [texts.slice(0, 3), texts.slice(3)];
const ops = ({ graph }: Model) => graph.nodes.map(({ op }) => op);

describe.each(models)('recipes on a model like %s', (_, model) => {
  it.each(names)('%s changes logits little, texts alone and in padded batches', async (recipe) => {
    const int8 = await quantize(model, recipe);
    checkModel(int8);
    expect(await change(model, int8, alone)).toBeLessThan(0.08);
    expect(await change(model, int8, together)).toBeLessThan(0.08);
  });

  it.each(names)('%s says the same in the operators of ONNX alone', async (recipe) => {
    const own = await quantize(model, recipe);
    const plain = await quantize(model, recipe, { operators: 'onnx' });
    expect(plain.graph.nodes.filter(({ domain }) => domain !== '')).toEqual([]);
    expect(await change(own, plain, alone)).toBeLessThan(0.01);
  });

  it.each(names)('%s takes fixed shapes', async (recipe) => {
    const inputs = model.graph.inputs.map((input) => ({ ...input, shape: [2, 9] }));
    const fixed = { ...model, graph: { ...model.graph, inputs } };
    const ranges = await calibrate(model, [Int32Array.from(texts[2])], onnxruntimeCpu, { threads: 1 });
    const int8 = recipes[recipe].quantize(fixed, { ...defaultOptions, ranges });
    expect(await change(model, int8, [[texts[2], texts[2].toReversed()]])).toBeLessThan(0.3);
  });
});

describe('recipes', () => {
  it.each(embeddingTypes)('store embeddings as %s', async (embeddings) => {
    const model = await quantize(distilbert, 'fixed-int8', { embeddings });
    const type = { int8: 'int8', int4: 'uint8', fp32: 'float32' }[embeddings];
    const name = embeddings === 'fp32' ? 'word_embeddings' : `word_embeddings_${embeddings}`;
    expect(model.graph.initializers.get(name)?.type).toBe(type);
    expect(await change(distilbert, model, alone)).toBeLessThan(embeddings === 'int4' ? 0.2 : 0.05);
  });

  it.each(names)('%s leaves the layers in float32 that it is told to keep', async (recipe) => {
    const keep = new Set(['0.down.weight', 'word_embeddings']);
    const { graph } = await quantize(distilbert, recipe, { keep });
    const kept = [...graph.initializers].filter(([, { type, shape }]) => type === 'float32' && shape.length === 2);
    expect(kept.map(([name]) => name)).toEqual(expect.arrayContaining(['word_embeddings']));
    const linear = kept.filter(([, { shape }]) => shape.join() === '64,32');
    expect(linear).toHaveLength(1);
    expect([...graph.initializers.keys()].filter((name) => name.startsWith('0.down.weight_int8'))).toEqual([]);
  });

  it('refuse to keep a layer that is not there', async () => {
    await expect(quantize(distilbert, 'dynamic-int8', { keep: new Set(['7.up.weight']) })).rejects.toThrow(
      'no layer "7.up.weight"',
    );
  });

  it.each(names)('%s survives writing and reading', async (recipe) => {
    const model = await quantize(distilbert, recipe);
    expect(readModel(writeModel(model))).toEqual(model);
  });

  it('know the ranges that they need', async () => {
    expect(names.filter((name) => recipes[name].needsRanges)).toEqual(['static-int8', 'fixed-int8']);
    expect(() => recipes['static-int8'].quantize(distilbert, defaultOptions)).toThrow('no range for the activation');
  });

  it('fixed-int8 gives a text the same logits in any company', async () => {
    const model = await quantize(distilbert, 'fixed-int8');
    const [[first]] = [await logitsOf(model, [texts[3]])];
    const [beside] = await logitsOf(model, [texts[3], texts[4], texts[6]]);
    beside.forEach((value, i) => {
      expect(value).toBeCloseTo(first[i], 4);
    });
  });

  it('fixed-int8 quantizes what query, key and value read once, and adds biases in the product', async () => {
    const made = ops(await quantize(distilbert, 'fixed-int8'));
    expect(made.filter((op) => op === 'QuantizeLinear')).toHaveLength(4 * tinyConfig.layers + 1);
    expect(made.filter((op) => op === 'MultiHeadAttention')).toHaveLength(tinyConfig.layers);
    // Two residuals a layer, the sum of the embeddings, the head with two outputs.
    expect(made.filter((op) => op === 'Add')).toHaveLength(2 * tinyConfig.layers + 2);
  });

  it('static-int8 holds pairs of QuantizeLinear and DequantizeLinear', async () => {
    const made = ops(await quantize(distilbert, 'static-int8'));
    expect(made.filter((op) => op === 'QuantizeLinear')).toHaveLength(4 * tinyConfig.layers + 1);
    expect(made.filter((op) => op === 'DequantizeLinear')).toHaveLength(
      4 * tinyConfig.layers + 1 + 6 * tinyConfig.layers + 1,
    );
  });

  it('list the layers by the same names where [CLS] attends alone', () => {
    const namesOf = (model: Model) => layersOf(model).map(({ name }) => name);
    expect(namesOf(clsAlone)).toEqual(namesOf(distilbert));
  });

  it.each([
    ['key', 'MatMulIntegerToFloat', 3],
    ['value', 'MatMulIntegerToFloat', 4],
  ])('fixed-int8 quantizes the %s of a [CLS] that attends alone', async (part, op, inputs) => {
    const { nodes } = (await quantize(clsAlone, 'fixed-int8')).graph;
    const weight = `${tinyConfig.layers - 1}.${part}.weight_int8`;
    const products = nodes.filter((each) => each.inputs.includes(weight));
    expect(products.map((each) => [each.op, each.inputs.length >= inputs])).toEqual([[op, true]]);
  });

  it('list the layers by their names in the file, in the order of the graph', () => {
    const layers = layersOf(distilbert);
    expect(layers).toHaveLength(2 + 6 * tinyConfig.layers + 1);
    expect(layers.map(({ name }) => name).slice(0, 4)).toEqual([
      'word_embeddings',
      'position_embeddings',
      '0.query.weight',
      '0.key.weight',
    ]);
    expect(layers[2]).toMatchObject({ kind: 'linear', shape: [32, 32], savedBytes: 3 * 32 * 32 - 4 * 32 });
  });
});
