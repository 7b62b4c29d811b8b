import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { UserError } from '@retort/shared';
import { inferShapes } from './infer-shapes.ts';
import type { Dimension, Model, Node, TensorValue, ValueInfo } from './model.ts';
import { int, ints, node, tensor } from './node.ts';
import { readModel } from './read.ts';
import { tensorOf } from './tensor.ts';

const golden = new URL('../golden/every-operator', import.meta.url);

interface Given {
  inputs: Record<string, readonly Dimension[]>;
  weights?: Record<string, TensorValue>;
  nodes: readonly Node[];
  outputs?: readonly ValueInfo[];
}

function modelOf({ inputs, weights = {}, nodes, outputs = [] }: Given): Model {
  return {
    irVersion: 9,
    producer: '',
    opsets: { '': 20, 'com.microsoft': 1 },
    metadata: {},
    graph: {
      name: '',
      inputs: Object.entries(inputs).map(([name, shape]) => ({ name, type: 'float32', shape })),
      outputs,
      initializers: new Map(Object.entries(weights)),
      nodes,
      values: [],
    },
  };
}

/** The shape of `y`. */
function shapeOfY(given: Given) {
  return inferShapes(modelOf(given)).get('y')?.shape;
}

const int64s = (...numbers: number[]) => tensorOf('int64', [numbers.length], numbers);

describe('inferShapes', () => {
  it('agrees with what onnxruntime makes of every operator', () => {
    const model = readModel(readFileSync(new URL(`${golden.href}.onnx`)));
    const expected: Record<string, [string, number[]]> = JSON.parse(
      readFileSync(new URL(`${golden.href}.json`), 'utf8'),
    );
    const inferred = inferShapes(model);
    // The lengths of the run that made the expected shapes, and the one length that no rule gives: length + 1.
    const lengths: Record<string, number> = { batch: 2, length: 5, Concat1_0_dim1: 6 };
    const factor = (name: string) => lengths[name] ?? Number(name);
    const evaluate = (dimension: Dimension) =>
      `${dimension}`.split('*').reduce((total, name) => total * factor(name), 1);
    const evaluated = Object.keys(expected).map((name) => {
      const value = inferred.get(name);
      return [name, [value?.type, value?.shape?.map(evaluate)]];
    });
    expect(Object.fromEntries(evaluated)).toEqual(expected);
  });

  it('carries names through the reshapes of attention', () => {
    const nodes = [
      node('Reshape', ['x', 'heads'], ['h']),
      node('Transpose', ['h'], ['y'], { perm: ints([0, 2, 1, 3]) }),
    ];
    const inputs = { x: ['batch', 'length', 768] };
    expect(shapeOfY({ inputs, weights: { heads: int64s(0, 0, 12, 64) }, nodes })).toEqual(['batch', 12, 'length', 64]);
  });

  it('writes a product of names where axes are joined', () => {
    const nodes = [node('Reshape', ['x', 'flat'], ['y'])];
    expect(shapeOfY({ inputs: { x: ['batch', 12, 'length', 64] }, weights: { flat: int64s(-1, 64) }, nodes })).toEqual([
      '12*batch*length',
      64,
    ]);
  });

  it('cancels names where axes are split', () => {
    const nodes = [node('Reshape', ['x', 'apart'], ['y'])];
    expect(shapeOfY({ inputs: { x: ['batch', '12*length'] }, weights: { apart: int64s(0, 12, -1) }, nodes })).toEqual([
      'batch',
      12,
      'length',
    ]);
  });

  it('knows the [CLS] row', () => {
    const weights = { zero: int64s(0), one: int64s(1) };
    const nodes = [node('Slice', ['x', 'zero', 'one', 'one'], ['y'])];
    expect(shapeOfY({ inputs: { x: ['batch', 'length', 8] }, weights, nodes })).toEqual(['batch', 1, 8]);
  });

  it.each([
    // Python: len(range(7)[start:stop:step]).
    [[0, 9, 2], 4],
    [[-3, 2 ** 40, 1], 3],
    [[20, -20, -1], 7],
    [[-1, 0, -2], 3],
    [[5, 2, 1], 0],
    [[-20, -4, 1], 3],
  ])('counts a slice of 7 entries by start, end and step %j', ([start, end, step], count) => {
    const weights = { s: int64s(start), e: int64s(end), a: int64s(0), d: int64s(step) };
    expect(shapeOfY({ inputs: { x: [7] }, weights, nodes: [node('Slice', ['x', 's', 'e', 'a', 'd'], ['y'])] })).toEqual(
      [count],
    );
  });

  it('names a length of which nothing is known after its value', () => {
    const inputs = { x: ['batch', 'one'], z: ['batch', 'two'] };
    expect(shapeOfY({ inputs, nodes: [node('Add', ['x', 'z'], ['y'])] })).toEqual(['batch', 'y_dim1']);
  });

  it('leaves the outputs of unknown operators unknown, and goes on', () => {
    const nodes = [node('Secret', ['x'], ['s'], {}, { domain: 'own' }), node('Relu', ['s'], ['y'])];
    expect(inferShapes(modelOf({ inputs: { x: [2] }, nodes })).get('y')).toEqual({ type: undefined, shape: undefined });
  });

  it('takes what the file says of unknown outputs', () => {
    const nodes = [node('Secret', ['x'], ['y'], {}, { domain: 'own' })];
    const outputs: ValueInfo[] = [{ name: 'y', type: 'float32', shape: ['batch', 3] }];
    expect(shapeOfY({ inputs: { x: [2] }, nodes, outputs })).toEqual(['batch', 3]);
  });

  it('follows Constant nodes as it follows initializers', () => {
    const nodes = [node('Constant', [], ['c'], { value: tensor(int64s(3, 2)) }), node('Reshape', ['x', 'c'], ['y'])];
    expect(shapeOfY({ inputs: { x: [6] }, nodes })).toEqual([3, 2]);
  });

  it('reads the axes of old opsets from the attribute', () => {
    const model = modelOf({
      inputs: { x: [2, 3] },
      nodes: [node('ReduceMean', ['x'], ['y'], { axes: ints([1]), keepdims: int(0) })],
    });
    expect(inferShapes({ ...model, opsets: { '': 17 } }).get('y')?.shape).toEqual([2]);
  });
});

describe('inferShapes refuses', () => {
  const cases: [string, Given, RegExp][] = [
    [
      'matrices that do not fit, naming node and shapes',
      { inputs: { x: ['batch', 768], w: [512, 2] }, nodes: [node('MatMul', ['x', 'w'], ['y'], {}, { name: 'head' })] },
      /MatMul node "head": the inner lengths 768 and 512 differ; its inputs are "x" float32 \[batch, 768\], "w" float32 \[512, 2\]/,
    ],
    [
      'shapes that do not stretch',
      { inputs: { x: [2, 3], z: [4] }, nodes: [node('Add', ['x', 'z'], ['y'])] },
      /lengths 3 and 4/,
    ],
    [
      'types that do not mix',
      { inputs: { x: [2] }, weights: { i: int64s(1) }, nodes: [node('Mul', ['x', 'i'], ['y'])] },
      /types float32 and int64/,
    ],
    [
      'a reshape to another number of elements',
      { inputs: { x: [6] }, weights: { s: int64s(4, -1) }, nodes: [node('Reshape', ['x', 's'], ['y'])] },
      /6 elements do not divide by 4/,
    ],
    [
      'an axis that is not there',
      { inputs: { x: [6], z: [1] }, nodes: [node('Concat', ['x', 'z'], ['y'], { axis: int(1) })] },
      /axis 1/,
    ],
    [
      'an order that is none',
      { inputs: { x: [6, 2] }, nodes: [node('Transpose', ['x'], ['y'], { perm: ints([0, 0]) })] },
      /perm/,
    ],
    [
      'an index outside of the table',
      { inputs: { x: [6, 2] }, weights: { i: int64s(6) }, nodes: [node('Gather', ['x', 'i'], ['y'])] },
      /index 6 is outside of 6/,
    ],
    [
      'a declaration that contradicts',
      {
        inputs: { x: [6] },
        nodes: [node('Relu', ['x'], ['y'])],
        outputs: [{ name: 'y', type: 'float32', shape: [7] }],
      },
      /"y" as float32 \[6\], but the model declares it as float32 \[7\]/,
    ],
    [
      'attention of a hidden size that the heads do not divide',
      {
        inputs: { x: ['b', 's', 8], w: [8, 24] },
        nodes: [node('Attention', ['x', 'w'], ['y'], { num_heads: int(3) }, { domain: 'com.microsoft' })],
      },
      /8 does not divide by 3 heads/,
    ],
  ];
  it.each(cases)('%s', (_, given, message) => {
    expect(() => inferShapes(modelOf(given))).toThrow(UserError);
    expect(() => inferShapes(modelOf(given))).toThrow(message);
  });
});
