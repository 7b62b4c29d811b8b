import { elementTypeOf } from '../elements.ts';
import type { Dimension, ElementType } from '../model.ts';
import { broadcast, product, quotient } from './dimension.ts';
import type { NodeFacts, Operator, Operators, Value } from './operator.ts';

const many = Number.POSITIVE_INFINITY;

/** One input, an output of its type and shape. */
export function unary(more: Partial<Operator> = {}): Operator {
  return { inputs: [1, 1], infer: (node) => [{ type: node.type(0), shape: node.shape(0) }], ...more };
}

/** Inputs of one type, stretched to one shape. */
export function elementwise(inputs: Operator['inputs'], type?: ElementType): Operator {
  return {
    inputs,
    infer: (node) => {
      const given = node.inputs.map((input) => input.type).filter((known) => known !== undefined);
      const other = given.find((known) => known !== given[0]);
      if (other !== undefined) node.fail(`types ${given[0]} and ${other} do not go together`);
      return [{ type: type ?? given[0], shape: broadcast(node, ...node.inputs.map((input) => input.shape)) }];
    },
  };
}

type Arithmetic = (a: Dimension, b: Dimension) => Dimension | undefined;

/** Also computes with the elements that are known: exported models compute shapes by such nodes. */
function arithmetic(compute: Arithmetic): Operator {
  const base = elementwise([2, 2]);
  return {
    ...base,
    infer: (node) => {
      const [value] = base.infer(node);
      return [{ ...value, elements: computeElements(node, compute) }];
    },
  };
}

function computeElements(node: NodeFacts, compute: Arithmetic): readonly Dimension[] | undefined {
  const [a, b] = [node.input(0).elements, node.input(1).elements];
  if (a === undefined || b === undefined || (a.length !== b.length && a.length !== 1 && b.length !== 1))
    return undefined;
  const length = a.length === 1 ? b.length : a.length;
  const results = Array.from({ length }, (_, i) => compute(a[a.length === 1 ? 0 : i], b[b.length === 1 ? 0 : i]));
  const known = results.filter((result) => result !== undefined);
  return known.length === length ? known : undefined;
}

/** For numbers alone, but x + 0 is x whatever x is. */
function onNumbers(compute: (a: number, b: number) => number): Arithmetic {
  return (a, b) => (b === 0 ? a : typeof a === 'number' && typeof b === 'number' ? compute(a, b) : undefined);
}

function cast(node: NodeFacts): Value[] {
  const to = node.int('to', undefined);
  const type = to === undefined ? undefined : elementTypeOf(to);
  const { shape, elements } = node.input(0);
  return [{ type, shape, elements: type === 'int64' || type === 'int32' ? elements : undefined }];
}

const axis = { axis: 'int' } as const;

export const elementwiseOperators: Operators = {
  Abs: unary(),
  Ceil: unary(),
  Erf: unary({ since: 9 }),
  Exp: unary(),
  Floor: unary(),
  Gelu: unary({ since: 20, attributes: { approximate: 'string' } }),
  HardSigmoid: unary({ attributes: { alpha: 'float', beta: 'float' } }),
  Identity: unary({ infer: (node) => [node.input(0)] }),
  Log: unary(),
  LogSoftmax: unary({ attributes: axis }),
  Neg: unary(),
  Not: unary(),
  Reciprocal: unary(),
  Relu: unary(),
  Sigmoid: unary(),
  Sign: unary({ since: 9 }),
  Softmax: unary({ attributes: axis }),
  Sqrt: unary(),
  Tanh: unary(),
  Clip: unary({ inputs: [1, 3], attributes: { min: 'float', max: 'float' } }),
  Dropout: {
    inputs: [1, 3],
    outputs: [1, 2],
    attributes: { seed: 'int', ratio: 'float' },
    infer: (node) => [
      { type: node.type(0), shape: node.shape(0) },
      { type: 'bool', shape: node.shape(0) },
    ],
  },
  Cast: unary({ attributes: { to: 'int', saturate: 'int' }, required: ['to'], infer: cast }),

  Add: arithmetic(onNumbers((a, b) => a + b)),
  Sub: arithmetic(onNumbers((a, b) => a - b)),
  Mul: arithmetic((a, b) => product([a, b])),
  Div: arithmetic((a, b) => (b === 0 ? undefined : quotient(a, b))),
  // The exponent may be of another type than the base.
  Pow: {
    inputs: [2, 2],
    infer: (node) => [{ type: node.type(0), shape: broadcast(node, node.shape(0), node.shape(1)) }],
  },
  Min: elementwise([1, many]),
  Max: elementwise([1, many]),
  And: elementwise([2, 2]),
  Or: elementwise([2, 2]),
  Equal: elementwise([2, 2], 'bool'),
  Greater: elementwise([2, 2], 'bool'),
  GreaterOrEqual: { ...elementwise([2, 2], 'bool'), since: 12 },
  Less: elementwise([2, 2], 'bool'),
  LessOrEqual: { ...elementwise([2, 2], 'bool'), since: 12 },
  Where: {
    inputs: [3, 3],
    since: 9,
    infer: (node) => [
      { type: node.type(1) ?? node.type(2), shape: broadcast(node, node.shape(0), node.shape(1), node.shape(2)) },
    ],
  },
};
