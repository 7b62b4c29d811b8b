import type { ElementType, Shape } from '../model.ts';
import { broadcast, contradict } from './dimension.ts';
import type { NodeFacts, Operator, Operators } from './operator.ts';

/**
 * The shape of a product as NumPy's matmul defines it: [..., m, k] x [..., k, n] = [..., m, n]; one dimension alone is a row on
 * the left and a column on the right, and does not appear in the result.
 */
export function matmulShape(node: NodeFacts, a: Shape | undefined, b: Shape | undefined): Shape | undefined {
  if (a === undefined || b === undefined) return undefined;
  if (a.length === 0 || b.length === 0) node.fail('a scalar cannot be multiplied as a matrix');
  const left = a.length === 1 ? [1, ...a] : a;
  const right = b.length === 1 ? [...b, 1] : b;
  if (contradict(left[left.length - 1], right[right.length - 2])) {
    node.fail(`the inner lengths ${left[left.length - 1]} and ${right[right.length - 2]} differ`);
  }
  const batch = broadcast(node, left.slice(0, -2), right.slice(0, -2)) ?? [];
  const rows = a.length === 1 ? [] : [left[left.length - 2]];
  const columns = b.length === 1 ? [] : [right[right.length - 1]];
  return [...batch, ...rows, ...columns];
}

function matmul(inputs: Operator['inputs'], type?: ElementType, more: Partial<Operator> = {}): Operator {
  return {
    inputs,
    infer: (node) => [{ type: type ?? node.type(0), shape: matmulShape(node, node.shape(0), node.shape(1)) }],
    ...more,
  };
}

function swapLast(shape: Shape | undefined, swap: boolean): Shape | undefined {
  if (!swap || shape === undefined || shape.length < 2) return shape;
  return [...shape.slice(0, -2), shape[shape.length - 1], shape[shape.length - 2]];
}

/** transBatchA/B: the rows come first and the batch behind them, [m, ..., k] -> [..., m, k]. */
function turnBatch(shape: Shape | undefined, turn: boolean): Shape | undefined {
  if (!turn || shape === undefined || shape.length < 3) return shape;
  return [...shape.slice(1, -1), shape[0], shape[shape.length - 1]];
}

function operand(node: NodeFacts, index: number, letter: 'A' | 'B'): Shape | undefined {
  const turned = turnBatch(node.shape(index), node.int(`transBatch${letter}`, 0) !== 0);
  return swapLast(turned, node.int(`trans${letter}`, 0) !== 0);
}

function gemm(node: NodeFacts) {
  const [a, b] = [operand(node, 0, 'A'), operand(node, 1, 'B')];
  if ((a !== undefined && a.length !== 2) || (b !== undefined && b.length !== 2))
    node.fail('Gemm multiplies matrices of 2 dimensions');
  const shape = matmulShape(node, a, b);
  if (shape !== undefined && node.shape(2) !== undefined) {
    const whole = broadcast(node, shape, node.shape(2));
    if (whole?.length !== 2 || whole.some((length, axis) => contradict(length, shape[axis]))) {
      node.fail('the third input does not stretch to the shape of the product');
    }
  }
  return [{ type: node.type(0), shape }];
}

export const matmulOperators: Operators = {
  MatMul: matmul([2, 2]),
  Gemm: {
    inputs: [2, 3],
    attributes: { alpha: 'float', beta: 'float', transA: 'int', transB: 'int' },
    infer: gemm,
  },
  MatMulInteger: matmul([2, 4], 'int32', { since: 10 }),
};

export const microsoftMatmulOperators: Operators = {
  DynamicQuantizeMatMul: matmul([3, 5], 'float32'),
  MatMulIntegerToFloat: matmul([4, 7], 'float32'),
  FusedMatMul: matmul([2, 2], undefined, {
    attributes: { alpha: 'float', transA: 'int', transB: 'int', transBatchA: 'int', transBatchB: 'int' },
    infer: (node) => [{ type: node.type(0), shape: matmulShape(node, operand(node, 0, 'A'), operand(node, 1, 'B')) }],
  }),
};
