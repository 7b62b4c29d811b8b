import { constantsOf, type Graph, int8sOf, type Model, type Node, type TensorValue } from '@retort/onnx';

/** Operators that multiply uint8 activations by int8 weights, and which input the weights are. */
const weightInput: Readonly<Record<string, number>> = {
  MatMulInteger: 1,
  QLinearMatMul: 3,
  'com.microsoft.MatMulIntegerToFloat': 1,
  'com.microsoft.DynamicQuantizeMatMul': 1,
  'com.microsoft.QAttention': 1,
  'com.microsoft.QGemm': 3,
};

/** What two products may add up to where they are added in 16 bits. */
const [lowest, highest] = [-32_768, 32_767];
const largestActivation = 255;

/**
 * Whether no two products of uint8 activations and neighbouring int8 weights of a column exceed 16 bits, whatever the activations are: then the model gives
 * the same on processors that add pairs of products in 16 bits (`vpmaddubsw`: k and k + 1, k even). Weights of 7 bits always fulfil it. Looks at the
 * operators above, and at MatMul and Gemm between DequantizeLinear; int8 weights that are no constants count as unsafe.
 */
export function isSaturationSafe({ graph }: Model): boolean {
  const constants = constantsOf(graph);
  const makers = new Map(graph.nodes.flatMap((each) => each.outputs.map((output) => [output, each] as const)));
  return graph.nodes.every((each) => {
    const weight = int8Weight(each, makers);
    if (weight === undefined) return true;
    const tensor = constants.get(weight);
    if (tensor === undefined) return isOtherType(weight, graph);
    return tensor.type !== 'int8' || pairsFit(tensor, isTransposed(each));
  });
}

/** The name of the weights that a node multiplies integers by, if it does. */
function int8Weight({ op, domain, inputs }: Node, makers: ReadonlyMap<string, Node>): string | undefined {
  const index = weightInput[domain === '' ? op : `${domain}.${op}`];
  if (index !== undefined) return inputs[index];
  if (domain !== '' || (op !== 'MatMul' && op !== 'Gemm')) return undefined;
  const [activation, weight] = inputs.slice(0, 2).map((name) => makers.get(name));
  const integers = activation?.op === 'DequantizeLinear' && weight?.op === 'DequantizeLinear';
  return integers ? weight.inputs[0] : undefined;
}

/** A weight that is computed is safe only if the file says that it is no int8. */
function isOtherType(name: string, { inputs, values }: Graph): boolean {
  const known = [...inputs, ...values].find((value) => value.name === name);
  return known !== undefined && known.type !== 'int8';
}

function isTransposed({ op, attributes: { transB } }: Node): boolean {
  return (op === 'Gemm' || op === 'QGemm') && transB?.kind === 'int' && transB.value === 1;
}

/** Of a matrix [in, out], or [out, in] if transposed; of more axes the last two count. */
function pairsFit(weight: TensorValue, transposed: boolean): boolean {
  const values = int8sOf(weight);
  const [rows, columns] = weight.shape.length < 2 ? [values.length, 1] : weight.shape.slice(-2);
  const [depth, outputs] = transposed ? [columns, rows] : [rows, columns];
  const [alongDepth, alongOutputs] = transposed ? [1, columns] : [columns, 1];
  for (let start = 0; start < values.length; start += rows * columns) {
    for (let output = 0; output < outputs; output++) {
      for (let k = 0; k + 1 < depth; k += 2) {
        const first = values[start + k * alongDepth + output * alongOutputs];
        const second = values[start + (k + 1) * alongDepth + output * alongOutputs];
        if (largestActivation * (Math.max(first, 0) + Math.max(second, 0)) > highest) return false;
        if (largestActivation * (Math.min(first, 0) + Math.min(second, 0)) < lowest) return false;
      }
    }
  }
  return true;
}
