import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { UserError } from '@retort/shared';
import { checkModel } from './check-model.ts';
import type { Graph, Model, Node } from './model.ts';
import { float, int, ints, node } from './node.ts';
import { readModel } from './read.ts';
import { tensorOf } from './tensor.ts';

function modelOf(nodes: readonly Node[], change: Partial<Graph> = {}, opsets: Model['opsets'] = { '': 20 }): Model {
  return {
    irVersion: 9,
    producer: '',
    opsets,
    metadata: {},
    graph: {
      name: '',
      inputs: [{ name: 'x', type: 'float32', shape: [2, 3] }],
      outputs: [{ name: 'y', type: 'float32' }],
      initializers: new Map([['w', tensorOf('float32', [3], [1, 2, 3])]]),
      nodes,
      values: [],
      ...change,
    },
  };
}

const relu = node('Relu', ['x'], ['y'], {}, { name: 'act' });

describe('checkModel', () => {
  it('passes a model of every operator that onnx.checker passes', () => {
    expect(() =>
      checkModel(readModel(readFileSync(new URL('../golden/every-operator.onnx', import.meta.url)))),
    ).not.toThrow();
  });

  it('passes operators that it does not know', () => {
    const nodes = [node('Secret', ['x'], ['y'], { any: int(1) }, { domain: 'own' })];
    expect(() => checkModel(modelOf(nodes, {}, { own: 1 }))).not.toThrow();
  });

  const short = { type: 'float32', shape: [4], data: new Uint8Array(12) } as const;
  const cases: [string, Model, RegExp][] = [
    [
      'a name that nothing makes, with the nearest one',
      modelOf([node('Relu', ['ww'], ['y'])]),
      /Relu node that makes "y" reads "ww".*"w"/,
    ],
    ['a name read before it is made', modelOf([node('Relu', ['h'], ['y']), node('Relu', ['x'], ['h'])]), /reads "h"/],
    ['a name made twice', modelOf([relu, relu]), /Relu node "act" makes "y", which exists already/],
    ['an initializer made again', modelOf([relu, node('Relu', ['x'], ['w'])]), /makes "w"/],
    ['an output that nothing makes', modelOf([]), /no node makes the output "y"/],
    [
      'an input named twice',
      modelOf([relu], { inputs: ['x', 'x'].map((name) => ({ name, type: 'float32' })) }),
      /input name "x"/,
    ],
    [
      'a domain without an opset',
      modelOf([node('Gelu', ['x'], ['y'], {}, { domain: 'com.microsoft' })]),
      /needs an opset for the domain/,
    ],
    [
      'an initializer of the wrong size',
      modelOf([relu], { initializers: new Map([['w', short]]) }),
      /"w" has 12 bytes.*needs 16/,
    ],
    ['too few inputs', modelOf([node('MatMul', ['x'], ['y'])]), /MatMul node .* has 1 inputs, not 2/],
    ['inputs that are left out but needed', modelOf([node('Gemm', ['x', ''], ['y'])]), /has 1 inputs, not 2 to 3/],
    ['too many outputs', modelOf([node('Relu', ['x'], ['y', 'z'])]), /has 2 outputs, not 1/],
    [
      'an attribute of the wrong kind',
      modelOf([node('Softmax', ['x'], ['y'], { axis: float(1) })]),
      /"axis" of Softmax .* is of kind float, not int/,
    ],
    ['an unknown attribute', modelOf([node('Softmax', ['x'], ['y'], { axes: int(1) })]), /attribute "axes"/],
    ['a missing attribute', modelOf([node('Concat', ['x'], ['y'])]), /lacks the attribute "axis"/],
    [
      'an operator of a later opset',
      modelOf([node('Gelu', ['x'], ['y'])], {}, { '': 17 }),
      /needs opset 20, the model has 17/,
    ],
    [
      'axes as an attribute where they are an input',
      modelOf([node('ReduceMean', ['x'], ['y'], { axes: ints([1]) })]),
      /attribute "axes"/,
    ],
    [
      'axes as an input where they are an attribute',
      modelOf([node('ReduceMean', ['x', 'w'], ['y'])], {}, { '': 17 }),
      /has 2 inputs, not 1/,
    ],
  ];
  it.each(cases)('refuses %s', (_, model, message) => {
    expect(() => checkModel(model)).toThrow(UserError);
    expect(() => checkModel(model)).toThrow(message);
  });
});
