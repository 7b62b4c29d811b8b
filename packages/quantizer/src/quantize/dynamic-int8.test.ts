import { describe, expect, it } from '@jest/globals';
import { type Model, node, readModel, tensorOf, writeModel } from '@retort/onnx';
import { onnxruntimeCpu } from '@retort/runtime';
import { Random } from '@retort/shared';
import { bertLike, tinyConfig } from '../testing/bert-like.ts';
import { defaultOptions } from './options.ts';
import { recipes } from './recipes.ts';

const quantizeDynamicInt8 = (model: Model) =>
  recipes['dynamic-int8'].quantize(model, { ...defaultOptions, operators: 'onnx' });

const texts = Array.from({ length: 20 }, (_, i) => {
  const random = new Random(7, i);
  return BigInt64Array.from({ length: 3 + random.integer(25) }, () =>
    BigInt(random.integer(tinyConfig.vocabularySize)),
  );
});

/** Logits of each text, run alone. */
async function logits(model: Model): Promise<number[][]> {
  const session = await onnxruntimeCpu.open(writeModel(model), { threads: 1 });
  const rows: number[][] = [];
  for (const data of texts) {
    const shape = [1, data.length];
    const mask = new BigInt64Array(data.length).fill(1n);
    const result = await session.run({
      input_ids: { type: 'int64', shape, data },
      attention_mask: { type: 'int64', shape, data: mask },
    });
    rows.push(Array.from(result.logits.data, Number));
  }
  await session.close();
  return rows;
}

/** Runs y = f(x) for x [rows, columns]. */
async function run(model: Model, x: Float32Array, shape: readonly number[]): Promise<Float32Array> {
  const session = await onnxruntimeCpu.open(writeModel(model), { threads: 1 });
  const { y } = await session.run({ x: { type: 'float32', shape, data: x } });
  await session.close();
  if (!(y.data instanceof Float32Array)) throw new Error(`y is ${y.type}`);
  return y.data;
}

/** A model x [rows, in] -> y of the given nodes. */
function modelOf(nodes: Model['graph']['nodes'], initializers: [string, ReturnType<typeof tensorOf>][]): Model {
  return {
    irVersion: 8,
    producer: 'test',
    opsets: { '': 17 },
    metadata: { origin: 'test' },
    graph: {
      name: 'test',
      inputs: [{ name: 'x', type: 'float32', shape: ['rows', 'in'] }],
      outputs: [{ name: 'y', type: 'float32', shape: ['rows', 'out'] }],
      initializers: new Map(initializers),
      nodes,
      values: [],
    },
  };
}

const normal = (length: number, seed: number) => {
  const random = new Random(seed);
  return Float32Array.from({ length }, () => random.normal());
};
const count = (model: Model, op: string) => model.graph.nodes.filter((each) => each.op === op).length;

describe('quantizeDynamicInt8 of a BERT-like classifier', () => {
  const fp32 = bertLike();
  const int8 = quantizeDynamicInt8(fp32);

  it('gives nearly the same logits, and the same labels', async () => {
    const [before, after] = [await logits(fp32), await logits(int8)];
    const change = before.flatMap((row, i) => row.map((value, j) => Math.abs(value - after[i][j])));
    const spread = Math.max(...before.flat()) - Math.min(...before.flat());
    expect(Math.max(...change)).toBeLessThan(0.05 * spread);
    expect(after.map(([a, b]) => a > b)).toEqual(before.map(([a, b]) => a > b));
  });

  it('quantizes every linear layer but the head with two outputs, and no product of activations', () => {
    expect(count(int8, 'MatMulInteger')).toBe(6 * tinyConfig.layers + 1);
    expect(count(int8, 'MatMul')).toBe(2 * tinyConfig.layers + 1);
  });

  it('quantizes what several layers read once', () => {
    // In each layer: the input of query, key and value, that of the attention's output, of up and of down. And the pooler's.
    expect(count(int8, 'DynamicQuantizeLinear')).toBe(4 * tinyConfig.layers + 1);
  });

  it('keeps the embeddings in int8, with a scale a row', () => {
    const { initializers } = int8.graph;
    expect(initializers.get('word_embeddings_int8')).toMatchObject({ type: 'int8', shape: [60, 32] });
    expect(initializers.get('word_embeddings_scales')).toMatchObject({ type: 'float16', shape: [60, 1] });
    expect(initializers.get('position_embeddings_int8')).toMatchObject({ type: 'int8', shape: [32, 32] });
    expect(initializers.has('word_embeddings')).toBe(false);
  });

  it('calls the weights as they were called before', () => {
    expect(int8.graph.initializers.get('0.up.weight_int8')).toMatchObject({ type: 'int8', shape: [32, 64] });
    expect(int8.graph.initializers.get('0.up.weight_scales')).toMatchObject({ type: 'float32', shape: [64] });
  });

  it('takes a little more than a quarter of the bytes of its weights', () => {
    const wide = bertLike({ ...tinyConfig, hidden: 128, intermediate: 512, vocabularySize: 1000, layers: 1 });
    expect(writeModel(quantizeDynamicInt8(wide)).length / writeModel(wide).length).toBeLessThan(0.28);
  });

  it('needs no operators but those of ONNX', () => {
    expect(int8.graph.nodes.filter(({ domain }) => domain !== '')).toEqual([]);
  });

  it('runs batches of any size and length', async () => {
    const session = await onnxruntimeCpu.open(writeModel(int8), { threads: 1 });
    for (const [batch, length] of [
      [3, 7],
      [1, 1],
      [2, 32],
    ]) {
      const data = new BigInt64Array(batch * length).fill(1n);
      const input = { type: 'int64', shape: [batch, length], data } as const;
      const result = await session.run({ input_ids: input, attention_mask: input });
      expect(result.logits.shape).toEqual([batch, 2]);
    }
    await session.close();
  });

  it('keeps the interface', () => {
    expect(int8.graph.inputs).toEqual(fp32.graph.inputs);
    expect(int8.graph.outputs).toEqual(fp32.graph.outputs);
  });

  it('says in the metadata what it did', () => {
    expect(readModel(writeModel(int8)).metadata).toMatchObject({
      'retort.recipe': 'dynamic-int8',
      'retort.weights': 'int8, symmetric, one scale for each output channel',
    });
  });

  it('leaves the given model as it was', () => {
    expect(writeModel(fp32)).toEqual(writeModel(bertLike()));
  });
});

describe('quantizeDynamicInt8', () => {
  const weight = normal(24 * 16, 1); // [in, out] or [out, in]
  const bias = normal(16, 2);
  const x = normal(3 * 24, 3);
  const close = (a: Float32Array, b: Float32Array) => Math.max(...a.map((value, i) => Math.abs(value - b[i])));

  it('quantizes a Gemm with a transposed weight and a bias', async () => {
    const gemm = node('Gemm', ['x', 'w', 'b'], ['y'], { transB: { kind: 'int', value: 1 } });
    const fp32 = modelOf(
      [gemm],
      [
        ['w', tensorOf('float32', [16, 24], weight)],
        ['b', tensorOf('float32', [16], bias)],
      ],
    );
    const int8 = quantizeDynamicInt8(fp32);
    expect(count(int8, 'MatMulInteger')).toBe(1);
    expect(close(await run(int8, x, [3, 24]), await run(fp32, x, [3, 24]))).toBeLessThan(0.15);
  });

  it('stores a weight that two layers share once', () => {
    const nodes = [
      node('MatMul', ['x', 'w'], ['a']),
      node('Relu', ['x'], ['r']),
      node('MatMul', ['r', 'w'], ['b']),
      node('Add', ['a', 'b'], ['y']),
    ];
    const int8 = quantizeDynamicInt8(modelOf(nodes, [['w', tensorOf('float32', [24, 16], weight)]]));
    expect([...int8.graph.initializers.keys()]).toEqual(['w_int8', 'w_scales']);
  });

  it('takes names that are not taken', async () => {
    const nodes = [node('MatMul', ['x', 'w'], ['w_int8']), node('Relu', ['w_int8'], ['y'])];
    const fp32 = modelOf(nodes, [['w', tensorOf('float32', [24, 16], weight)]]);
    const int8 = quantizeDynamicInt8(fp32);
    expect([...int8.graph.initializers.keys()]).toEqual(['w_int8_1', 'w_scales']);
    expect(close(await run(int8, x, [3, 24]), await run(fp32, x, [3, 24]))).toBeLessThan(0.15);
  });

  it('leaves a table in float32 that a product needs too', () => {
    const nodes = [
      node('MatMul', ['x', 'table'], ['a']),
      node('Gather', ['table', 'ids'], ['b']),
      node('Add', ['a', 'b'], ['y']),
    ];
    const fp32 = modelOf(nodes, [
      ['table', tensorOf('float32', [24, 16], weight)],
      ['ids', tensorOf('int64', [1], [5])],
    ]);
    expect([...quantizeDynamicInt8(fp32).graph.initializers.keys()]).toEqual([
      'table',
      'ids',
      'table_int8',
      'table_scales',
    ]);
  });

  it('refuses a model without a constant weight matrix', () => {
    const bare = modelOf([node('MatMul', ['x', 'x'], ['y'])], []);
    expect(() => quantizeDynamicInt8(bare)).toThrow('no MatMul or Gemm with a constant float32 weight');
  });

  it('refuses a model that is quantized already', () => {
    expect(() => quantizeDynamicInt8(quantizeDynamicInt8(bertLike({ ...tinyConfig, labels: 20 })))).toThrow(
      'no MatMul or Gemm',
    );
  });

  it('refuses operators that are too old', () => {
    expect(() => quantizeDynamicInt8({ ...bertLike(), opsets: { '': 10 } })).toThrow('version 10');
  });

  it('refuses a weight that is not finite, by name', () => {
    const broken = weight.with(7, Number.NaN);
    const fp32 = modelOf([node('MatMul', ['x', 'dense'], ['y'])], [['dense', tensorOf('float32', [24, 16], broken)]]);
    expect(() => quantizeDynamicInt8(fp32)).toThrow('element 7 of the weight "dense" is NaN');
  });
});
