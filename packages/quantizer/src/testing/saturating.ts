import { elementCode, freshNames, int, type Model, type Node, node, tensorOf } from '@retort/onnx';

/**
 * The model as processors run it that have AVX2 or AVX-512 but no VNNI: `MatMulInteger` of uint8 activations [.., k] and constant int8 weights
 * [k, n], k even, adds up products in pairs, in 16 bits, as `vpmaddubsw` does: the sum over p of clip(a_2p b_2p + a_2p+1 b_2p+1, -32768, 32767).
 * Written in float32, in which all of these numbers are exact; opset 13 or later.
 */
export function saturating(model: Model): Model {
  const { graph } = model;
  const fresh = freshNames(graph);
  const initializers = new Map(graph.initializers);
  const nodes: Node[] = [];
  const int64s = (values: readonly number[]): string => {
    const name = fresh('integers');
    initializers.set(name, tensorOf('int64', [values.length], values));
    return name;
  };
  const scalar = (value: number): string => {
    const name = fresh('scalar');
    initializers.set(name, tensorOf('float32', [], [value]));
    return name;
  };
  const emit = (op: string, inputs: readonly string[], attributes: Node['attributes'] = {}): string => {
    const output = fresh(`saturating_${op}`);
    nodes.push(node(op, inputs, [output], attributes));
    return output;
  };
  const cast = (name: string, type: 'float32' | 'int32') => emit('Cast', [name], { to: int(elementCode(type)) });
  const sum = (name: string, axis: number) => emit('ReduceSum', [name, int64s([axis])], { keepdims: int(0) });
  for (const each of graph.nodes) {
    const weight = initializers.get(each.inputs[1]);
    if (each.op !== 'MatMulInteger' || weight === undefined) {
      nodes.push(each);
      continue;
    }
    const [a, b, zero] = each.inputs;
    const [depth, columns] = weight.shape;
    const weights = cast(b, 'float32');
    const rows = emit('Reshape', [cast(a, 'float32'), int64s([-1, depth / 2, 2, 1])]); // [rows, pairs, 2, 1]
    const pairs = emit('Reshape', [weights, int64s([depth / 2, 2, columns])]); // [pairs, 2, n]
    const sums = sum(emit('Mul', [rows, pairs]), 2); // [rows, pairs, n]
    const total = sum(emit('Clip', [sums, scalar(-32_768), scalar(32_767)]), 1); // [rows, n]
    // The zero point is taken off afterwards, as onnxruntime does: (a - z) b = a b - z sum(b).
    const exact = emit('Sub', [total, emit('Mul', [cast(zero, 'float32'), sum(weights, 0)])]);
    const leading = emit('Slice', [emit('Shape', [a]), int64s([0]), int64s([-1])]);
    const shape = emit('Concat', [leading, int64s([columns])], { axis: int(0) });
    nodes.push(node('Reshape', [cast(exact, 'int32'), shape], each.outputs)); // [.., n]
  }
  return { ...model, graph: { ...graph, nodes, initializers } };
}
