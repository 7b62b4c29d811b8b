import { describe, expect, it } from '@jest/globals';
import { floatsOf, int8sOf, type Model, node, numbersOf, tensorOf } from '@retort/onnx';
import { Random } from '@retort/shared';
import { runModel } from '../testing/run-model.ts';
import { defaultOptions, type QuantizeOptions } from './options.ts';
import { type Recipe, recipes } from './recipes.ts';

const rows = 5;
const [inputs, outputs] = [40, 24];

const normals = (length: number, seed: number) => {
  const random = new Random(seed);
  return Float32Array.from({ length }, () => random.normal());
};

/** y = x W + b */
function linear(weight: Float32Array, bias: Float32Array): Model {
  return {
    irVersion: 8,
    producer: 'test',
    opsets: { '': 17 },
    metadata: {},
    graph: {
      name: 'linear',
      inputs: [{ name: 'x', type: 'float32', shape: ['rows', inputs] }],
      outputs: [{ name: 'y', type: 'float32', shape: ['rows', outputs] }],
      initializers: new Map([
        ['w', tensorOf('float32', [inputs, outputs], weight)],
        ['b', tensorOf('float32', [outputs], bias)],
      ]),
      nodes: [node('MatMul', ['x', 'w'], ['p']), node('Add', ['p', 'b'], ['y'])],
      values: [],
    },
  };
}

/** sum over k of left(k) * W[k, column], + bias, in double precision. */
function product(
  left: (row: number, k: number) => number,
  weight: (k: number, column: number) => number,
  bias: Float32Array,
) {
  return Array.from({ length: rows * outputs }, (_, i) => {
    const [row, column] = [Math.floor(i / outputs), i % outputs];
    let sum = bias[column];
    for (let k = 0; k < inputs; k++) sum += left(row, k) * weight(k, column);
    return sum;
  });
}

const largestGap = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i])));

const x = normals(rows * inputs, 1);
const weight = normals(inputs * outputs, 2);
const bias = normals(outputs, 3);
const ranges = new Map([['x', { min: Math.min(...x), max: Math.max(...x) }]]);
const options = { ...defaultOptions, ranges };

async function run(model: Model): Promise<Float32Array> {
  const { y } = await runModel(model, { x: { type: 'float32', shape: [rows, inputs], data: x } });
  if (!(y.data instanceof Float32Array)) throw new Error(`y is ${y.type}`);
  return y.data;
}

/** The weight that a quantized model stands for. */
function dequantized({ graph }: Model): (k: number, column: number) => number {
  const [values, scales] = ['w_int8', 'w_scales'].map((name) => {
    const tensor = graph.initializers.get(name);
    if (tensor === undefined) throw new Error(`no ${name}`);
    return tensor.type === 'int8' ? int8sOf(tensor) : floatsOf(tensor);
  });
  return (k, column) => values[k * outputs + column] * scales[column];
}

/** x in uint8 with a scale and a zero point, and back. */
function throughUint8(scale: number, zeroPoint: number): (row: number, k: number) => number {
  return (row, k) => {
    const value = Math.max(0, Math.min(255, Math.round(x[row * inputs + k] / scale) + zeroPoint));
    return (value - zeroPoint) * scale;
  };
}

describe('each recipe computes what its formula says, in double precision', () => {
  const plain = linear(weight, bias);
  const scaleOf = (name: string, model: Model) =>
    numbersOf(model.graph.initializers.get(name) ?? tensorOf('float32', [1], [0]));

  it('int8-weights: x times the dequantized weight', async () => {
    const model = recipes['int8-weights'].quantize(plain, options);
    const expected = product((row, k) => x[row * inputs + k], dequantized(model), bias);
    expect(largestGap(await run(model), expected)).toBeLessThan(1e-4);
  });

  it.each<[Recipe, QuantizeOptions]>([
    ['static-int8', options],
    ['fixed-int8', options],
    ['fixed-int8', { ...options, operators: 'onnx' }],
  ])('%s: x through uint8 by its calibrated range', async (recipe, given) => {
    const model = recipes[recipe].quantize(plain, given);
    const [scale] = scaleOf('x_scale', model) ?? [];
    const [zeroPoint] = scaleOf('x_zero_point', model) ?? [];
    const expected = product(throughUint8(scale, zeroPoint), dequantized(model), bias);
    expect(largestGap(await run(model), expected)).toBeLessThan(1e-3);
  });

  it('dynamic-int8: x through uint8 by its own range', async () => {
    const model = recipes['dynamic-int8'].quantize(plain, options);
    const { min, max } = ranges.get('x') ?? { min: 0, max: 0 };
    const scale = (max - min) / 255;
    const expected = product(throughUint8(scale, Math.round(-min / scale)), dequantized(model), bias);
    expect(largestGap(await run(model), expected)).toBeLessThan(1e-3);
  });

  it('the dequantized weight is off by half a step of its output at most', () => {
    for (const [reduceRange, limit] of [
      [false, 127],
      [true, 64],
    ] as const) {
      const at = dequantized(recipes['fixed-int8'].quantize(plain, { ...options, reduceRange }));
      for (let column = 0; column < outputs; column++) {
        const all = Array.from({ length: inputs }, (_, k) => weight[k * outputs + column]);
        const half = Math.max(...all.map(Math.abs)) / limit / 2;
        all.forEach((value, k) => {
          expect(Math.abs(at(k, column) - value)).toBeLessThanOrEqual(half * 1.001);
        });
      }
    }
  });
});
