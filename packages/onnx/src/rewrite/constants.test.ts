import { describe, expect, it } from '@jest/globals';
import { elementCode } from '../elements.ts';
import type { Node, TensorValue } from '../model.ts';
import { float, int, ints, node, tensor } from '../node.ts';
import { numbersOf, tensorOf } from '../tensor.ts';
import { modelOf, names, relu, weightNames } from '../testing/small-model.ts';
import { foldConstants } from './fold-constants.ts';
import { gemmToMatMul } from './gemm-to-matmul.ts';
import { transposeTensor } from './transpose.ts';

const w = tensorOf('float32', [2, 3], [1, 2, 3, 4, 5, 6]);
const b = tensorOf('float32', [2], [10, 20]);

describe('foldConstants', () => {
  const folded = (made: Node, weights: Record<string, TensorValue> = { w }) => {
    const model = foldConstants(modelOf([made, node('MatMul', ['x', made.outputs[0]], ['y'])], weights));
    return model.graph.initializers.get(made.outputs[0]);
  };

  it('computes a Transpose, and drops what it alone has read', () => {
    const model = modelOf([node('Transpose', ['w'], ['t']), node('MatMul', ['x', 't'], ['y'])], { w });
    const result = foldConstants(model);
    expect(weightNames(result)).toEqual(['t']);
    expect(names(result)).toEqual(['y']);
    expect(result.graph.initializers.get('t')?.shape).toEqual([3, 2]);
  });

  it('keeps an initializer that others read', () => {
    const nodes = [
      node('Transpose', ['w'], ['t']),
      node('MatMul', ['x', 't'], ['h']),
      node('MatMul', ['h', 'w'], ['y']),
    ];
    expect(weightNames(foldConstants(modelOf(nodes, { w })))).toEqual(['w', 't']);
  });

  it('computes a Reshape with 0 and -1', () => {
    const shape = tensorOf('int64', [3], [0, -1, 1]);
    expect(folded(node('Reshape', ['w', 's'], ['t']), { w, s: shape })?.shape).toEqual([2, 3, 1]);
  });

  it('computes Unsqueeze and Squeeze', () => {
    const axes = tensorOf('int64', [2], [0, -1]);
    expect(folded(node('Unsqueeze', ['w', 'a'], ['t']), { w, a: axes })?.shape).toEqual([1, 2, 3, 1]);
    expect(folded(node('Squeeze', ['u'], ['t']), { u: tensorOf('float32', [1, 2, 1], [1, 2]) })?.shape).toEqual([2]);
  });

  it('computes a Cast', () => {
    const value = folded(node('Cast', ['w'], ['t'], { to: int(elementCode('int64')) }), {
      w: tensorOf('float32', [2], [1.7, -1.7]),
    });
    expect(value && numbersOf(value)).toEqual([1, -1]);
  });

  it('leaves a Cast of NaN to an integer to the runtime', () => {
    const nan = tensorOf('float32', [1], [Number.NaN]);
    expect(folded(node('Cast', ['n'], ['t'], { to: int(elementCode('int64')) }), { n: nan })).toBeUndefined();
  });

  it('goes through chains, from Constant nodes on', () => {
    const nodes = [
      node('Constant', [], ['c'], { value: tensor(w) }),
      node('Identity', ['c'], ['i']),
      node('Transpose', ['i'], ['t'], { perm: ints([1, 0]) }),
      node('MatMul', ['x', 't'], ['y']),
    ];
    expect(weightNames(foldConstants(modelOf(nodes)))).toEqual(['t']);
  });

  it('keeps nodes that make an output of the graph', () => {
    expect(names(foldConstants(modelOf([node('Transpose', ['w'], ['y'])], { w })))).toEqual(['y']);
  });

  it('does not take an initializer that callers may override', () => {
    const inputs = [{ name: 'w', type: 'float32', shape: [2, 3] }] as const;
    const model = modelOf([node('Transpose', ['w'], ['t']), relu('t', 'y')], { w }, { inputs });
    expect(names(foldConstants(model))).toEqual(['t', 'y']);
  });
});

describe('gemmToMatMul', () => {
  const gemm = node('Gemm', ['x', 'w', 'b'], ['y'], { transB: int(1) }, { name: 'head' });

  it('turns a linear layer into MatMul and Add on the transposed weight', () => {
    const { graph } = gemmToMatMul(modelOf([gemm], { w, b }));
    expect(graph.nodes).toEqual([
      node('MatMul', ['x', 'w_transposed'], ['y_matmul'], {}, { name: 'head_MatMul' }),
      node('Add', ['y_matmul', 'b'], ['y'], {}, { name: 'head_Add' }),
    ]);
    expect(graph.initializers.get('w_transposed')).toEqual(transposeTensor(w));
    expect(graph.initializers.has('w')).toBe(false);
  });

  it('transposes a shared weight once, and keeps it for its other readers', () => {
    const nodes = [gemm, { ...gemm, name: 'other', outputs: ['z'] }, node('Gather', ['w', 'b'], ['g'])];
    expect(weightNames(gemmToMatMul(modelOf(nodes, { w, b })))).toEqual(['w', 'b', 'w_transposed']);
  });

  it('gives new values names that are free', () => {
    const nodes = [relu('x', 'y_matmul'), gemm];
    expect(names(gemmToMatMul(modelOf(nodes, { w, b })))).toEqual(['y_matmul', 'y_matmul_1', 'y']);
  });

  it('makes a bare MatMul where there is no bias and nothing to transpose', () => {
    const { graph } = gemmToMatMul(
      modelOf([node('Gemm', ['x', 'v'], ['y'])], { v: tensorOf('float32', [3, 1], [1, 2, 3]) }),
    );
    expect(graph.nodes).toEqual([node('MatMul', ['x', 'v'], ['y'])]);
  });

  it.each([
    ['alpha', float(2)],
    ['beta', float(0)],
    ['transA', int(1)],
  ])('leaves a Gemm with %s', (name, value) => {
    const model = modelOf([{ ...gemm, attributes: { [name]: value } }], { w, b });
    expect(gemmToMatMul(model).graph.nodes).toEqual(model.graph.nodes);
  });
});
