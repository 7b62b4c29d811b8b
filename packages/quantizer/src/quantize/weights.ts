import { elementCode, int, node, tensorOf } from '@retort/onnx';
import { columnScaled } from './int8-tensors.ts';
import type { QuantizeOptions } from './options.ts';
import { type Rewrite, storeOnce, type Writer } from './rewrite.ts';
import { int8Limit, reducedLimit } from './symmetric.ts';

/** The largest 8-bit value of a weight. */
export function weightLimit({ reduceRange }: QuantizeOptions): number {
  return reduceRange ? reducedLimit : int8Limit;
}

/**
 * `MatMul(x, W)` with W in int8, dequantized before it is used: the file is small, activations and arithmetic stay float32. By Cast and Mul, which
 * onnxruntime computes as it loads the model; of a DequantizeLinear it makes MatMulNBits, which quantizes x after all, and is slower.
 */
export function weightsOnlyLinear(): Writer {
  const store = storeOnce('int8', (matrix, name, options) => columnScaled(matrix, name, weightLimit(options)));
  const known = new Map<string, string>();
  return (rewrite, linear) => {
    const [x, weight] = linear.inputs;
    const { values, scales } = store(rewrite, weight);
    const { nodes, prepared, fresh } = rewrite;
    let matrix = known.get(weight);
    if (matrix === undefined) {
      const unscaled = fresh(`${prepared.nameOf(weight)}_unscaled`);
      matrix = fresh(`${prepared.nameOf(weight)}_dequantized`);
      nodes.push(
        node('Cast', [values], [unscaled], { to: int(elementCode('float32')) }, { name: unscaled }),
        node('Mul', [unscaled, scales], [matrix], {}, { name: matrix }), // [in, out] * [out]
      );
      known.set(weight, matrix);
    }
    nodes.push({ ...linear, inputs: [x, matrix] });
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
    // All 0, and optional in ONNX. onnxruntime 1.30 refuses a scale for each column without them, and two layers that share them.
    const zeroPoints = fresh(`${prepared.nameOf(weight)}_zero_points`);
    initializers.set(zeroPoints, tensorOf('int8', [channels], new Int8Array(channels)));
    nodes.push(node('DequantizeLinear', [values, scales, zeroPoints], [output], { axis: int(1) }, { name: output }));
    known.set(weight, output);
    return output;
  };
}
