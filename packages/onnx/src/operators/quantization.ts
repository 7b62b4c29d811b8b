import { elementTypeOf } from '../elements.ts';
import type { NodeFacts, Operators, Value } from './operator.ts';

function quantize(node: NodeFacts): Value[] {
  const asked = elementTypeOf(node.int('output_dtype', 0));
  // Without a zero point the result is uint8.
  const type = (node.node.inputs[2] ?? '') === '' ? (asked ?? 'uint8') : node.type(2);
  return [{ type, shape: node.shape(0) }];
}

const attributes = { axis: 'int', block_size: 'int', output_dtype: 'int', saturate: 'int' } as const;

export const quantizationOperators: Operators = {
  QuantizeLinear: { inputs: [2, 3], since: 10, attributes, infer: quantize },
  DequantizeLinear: {
    inputs: [2, 3],
    since: 10,
    attributes,
    infer: (node) => [{ type: node.type(1), shape: node.shape(0) }],
  },
  DynamicQuantizeLinear: {
    inputs: [1, 1],
    outputs: [3, 3],
    since: 11,
    infer: (node) => [
      { type: 'uint8', shape: node.shape(0) },
      { type: 'float32', shape: [] },
      { type: 'uint8', shape: [] },
    ],
  },
};
