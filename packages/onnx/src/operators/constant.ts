import { elementCount } from '../elements.ts';
import type { TensorValue } from '../model.ts';
import { constantValue } from '../rewrite/fold-node.ts';
import { numbersOf } from '../tensor.ts';
import type { NodeFacts, Operators, Value } from './operator.ts';

/** Larger tensors are data, not shapes. */
const mostElements = 64;

/** All that a constant tells, its elements included where they may be a shape. */
export function constantFacts(tensor: TensorValue): Value {
  const { type, shape } = tensor;
  const small = (type === 'int64' || type === 'int32') && elementCount(shape) <= mostElements;
  return { type, shape, elements: small ? numbersOf(tensor) : undefined };
}

function constantOfShape(node: NodeFacts): Value[] {
  const fill = node.node.attributes.value;
  const type = fill?.kind === 'tensor' ? fill.value.type : 'float32';
  const rank = node.shape(0)?.[0];
  const unknown = typeof rank === 'number' ? Array.from({ length: rank }, (_, axis) => node.unknown(axis)) : undefined;
  return [{ type, shape: node.input(0).elements ?? unknown }];
}

/** Range(start, limit, delta). */
function range(node: NodeFacts): Value[] {
  const [start, limit, delta] = [0, 1, 2].map((index) => node.input(index).elements?.[0]);
  const known = typeof start === 'number' && typeof limit === 'number' && typeof delta === 'number' && delta !== 0;
  const counted = known ? Math.max(0, Math.ceil((limit - start) / delta)) : undefined;
  const named = start === 0 && delta === 1 ? limit : undefined;
  return [{ type: node.type(0), shape: [counted ?? named ?? node.unknown(0)] }];
}

export const constantOperators: Operators = {
  Constant: {
    inputs: [0, 0],
    attributes: {
      value: 'tensor',
      value_float: 'float',
      value_floats: 'floats',
      value_int: 'int',
      value_ints: 'ints',
      value_string: 'string',
      value_strings: 'strings',
    },
    infer: ({ node }) => {
      const value = constantValue(node.attributes);
      return value === undefined ? [] : [constantFacts(value)];
    },
  },
  ConstantOfShape: { inputs: [1, 1], since: 9, attributes: { value: 'tensor' }, infer: constantOfShape },
  Range: { inputs: [3, 3], since: 11, infer: range },
};
