import type { Shape } from '../model.ts';
import { contradict, quotient } from './dimension.ts';
import { unary } from './elementwise.ts';
import { microsoftMatmulOperators } from './matmul.ts';
import type { NodeFacts, Operator, Operators, Value } from './operator.ts';
import { quantizationOperators } from './quantization.ts';

/** Gelu(x + bias), the bias over the last axis. */
function biasGelu(node: NodeFacts): Value[] {
  const [shape, bias] = [node.shape(0), node.shape(1)];
  if (shape !== undefined && bias !== undefined && contradict(bias[bias.length - 1], shape[shape.length - 1])) {
    node.fail('the bias is not as long as the last axis');
  }
  return [{ type: node.type(0), shape }];
}

/** Outputs: the normalised sum, mean, inverse deviation, and the sum itself. */
function skipLayerNormalization(node: NodeFacts): Value[] {
  const { type, shape } = node.input(0);
  const skip = node.shape(1);
  if (shape !== undefined && skip !== undefined) {
    const offset = shape.length - skip.length;
    if (offset < 0 || skip.some((length, axis) => length !== 1 && contradict(length, shape[axis + offset]))) {
      node.fail('input and skip differ in shape');
    }
  }
  const statistics: Value = { type: 'float32', shape: shape && [...shape.slice(0, -1), 1] };
  return [{ type, shape }, statistics, statistics, { type, shape }];
}

/** (ids [b, s], segments?, words [v, h], positions, segments' embedding?, gamma, beta, mask?, position ids?) -> [b, s, h], [b], [b, s, h]. */
function embedLayerNormalization(node: NodeFacts): Value[] {
  const [ids, words] = [node.shape(0), node.shape(2)];
  if (ids !== undefined && ids.length !== 2) node.fail('the ids should be of 2 dimensions, [batch, length]');
  const shape: Shape | undefined = ids && words && [...ids, words[words.length - 1]];
  const type = node.type(2);
  return [
    { type, shape },
    { type: 'int32', shape: ids?.slice(0, 1) },
    { type, shape },
  ];
}

/** input [b, s, i] and weights [i, 3h] (or the three sizes of `qkv_hidden_sizes`) give [b, s, h]. */
function attention(node: NodeFacts, type: Value['type']): Value[] {
  const [input, weights] = [node.shape(0), node.shape(1)];
  if (input === undefined || weights === undefined) return [{ type }, { type }];
  if (input.length !== 3 || weights.length !== 2 || contradict(input[2], weights[0])) {
    node.fail('attention takes input [batch, length, hidden] and weights [hidden, 3*hidden]');
  }
  const hidden = node.ints('qkv_hidden_sizes')?.[2] ?? quotient(weights[1], 3) ?? node.unknown(2);
  const heads = node.int('num_heads', 0);
  if (typeof hidden === 'number' && heads > 0 && hidden % heads !== 0)
    node.fail(`${hidden} does not divide by ${heads} heads`);
  return [{ type, shape: [input[0], input[1], hidden] }, { type }];
}

/** query [b, m, h], key [b, l, h] and value [b, l, v], heads beside each other, give [b, m, v]. */
function multiHeadAttention(node: NodeFacts): Value[] {
  const [query, key, value] = [node.shape(0), node.shape(1), node.shape(2)];
  const type = node.type(0);
  // Query, key and value packed together, or already split into heads: forms of which nothing is told here.
  if (query?.length !== 3 || key?.length !== 3 || value?.length !== 3) return [{ type }];
  if (contradict(query[2], key[2]) || contradict(key[1], value[1])) {
    node.fail('query and key differ in width, or key and value in length');
  }
  const [width, heads] = [query[2], node.int('num_heads', 0)];
  if (typeof width === 'number' && heads > 0 && width % heads !== 0)
    node.fail(`${width} does not divide by ${heads} heads`);
  return [{ type, shape: [query[0], query[1], value[2]] }];
}

const attentionAttributes = {
  do_rotary: 'int',
  mask_filter_value: 'float',
  num_heads: 'int',
  past_present_share_buffer: 'int',
  scale: 'float',
  unidirectional: 'int',
} as const;

const attentionOperator: Operator = {
  inputs: [2, 7],
  outputs: [1, 2],
  attributes: { ...attentionAttributes, qkv_hidden_sizes: 'ints', rotary_embedding_dim: 'int' },
  required: ['num_heads'],
  infer: (node) => attention(node, node.type(0)),
};

/** Operators of onnxruntime, domain `com.microsoft`: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md. */
export const microsoftOperators: Operators = {
  ...microsoftMatmulOperators,
  Attention: attentionOperator,
  QAttention: {
    inputs: [5, 9],
    outputs: [1, 2],
    attributes: attentionAttributes,
    required: ['num_heads'],
    // Of its inputs the scales alone are floating point.
    infer: (node) => attention(node, node.type(3)),
  },
  MultiHeadAttention: {
    inputs: [1, 10],
    outputs: [1, 4],
    attributes: { mask_filter_value: 'float', num_heads: 'int', scale: 'float', unidirectional: 'int' },
    required: ['num_heads'],
    infer: multiHeadAttention,
  },
  BiasGelu: { inputs: [2, 2], infer: biasGelu },
  Gelu: unary(),
  FastGelu: {
    inputs: [1, 2],
    infer: (node) => (node.inputs.length > 1 ? biasGelu(node) : [{ type: node.type(0), shape: node.shape(0) }]),
  },
  SkipLayerNormalization: {
    inputs: [3, 5],
    outputs: [1, 4],
    attributes: { epsilon: 'float' },
    infer: skipLayerNormalization,
  },
  EmbedLayerNormalization: {
    inputs: [7, 9],
    outputs: [1, 3],
    attributes: { epsilon: 'float', mask_index_type: 'int' },
    infer: embedLayerNormalization,
  },
  // The same as ONNX's, whose versions do not count here.
  QuantizeLinear: { ...quantizationOperators.QuantizeLinear, since: 1 },
  DequantizeLinear: { ...quantizationOperators.DequantizeLinear, since: 1 },
};
