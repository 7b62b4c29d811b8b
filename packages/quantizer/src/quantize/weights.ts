import { int, node, tensorOf } from '@retort/onnx';
import { columnScaled } from './int8-tensors.ts';
import type { QuantizeOptions } from './options.ts';
import { type Rewrite, storeOnce, type Writer } from './rewrite.ts';
import { int8Limit, reducedLimit } from './symmetric.ts';

/** The largest 8-bit value of a weight. */
export function weightLimit({ reduceRange }: QuantizeOptions): number {
  return reduceRange ? reducedLimit : int8Limit;
}

/** `MatMul(x, W)` with W in int8, dequantized before it is used: the file is small, activations and arithmetic stay float32. */
export function weightsOnlyLinear(): Writer {
  const dequantize = dequantizedWeights();
  return (rewrite, linear) => {
    rewrite.nodes.push({ ...linear, inputs: [linear.inputs[0], dequantize(rewrite, linear.inputs[1])] });
  };
}

/** A function that gives a weight [in, out] as the output of a DequantizeLinear with a scale for each output. */
export function dequantizedWeights(): (rewrite: Rewrite, weight: string) => string {
  const store = storeOnce('int8', (matrix, name, options) => columnScaled(matrix, name, weightLimit(options)));
  const known = new Map<string, string>();
  return (rewrite, weight) => {
    const made = known.get(weight);
    if (made !== undefined) return made;
    const { values, scales } = store(rewrite, weight);
    const { initializers, nodes, prepared, fresh } = rewrite;
    const output = fresh(`${prepared.nameOf(weight)}_dequantized`);
    const channels = prepared.constants.get(weight)?.shape[1] ?? 0;
    // Runtimes want a zero point of the values' type, though it may be left out.
    const zeroPoints = fresh(`${prepared.nameOf(weight)}_zero_points`);
    initializers.set(zeroPoints, tensorOf('int8', [channels], new Int8Array(channels)));
    nodes.push(node('DequantizeLinear', [values, scales, zeroPoints], [output], { axis: int(1) }, { name: output }));
    known.set(weight, output);
    return output;
  };
}
