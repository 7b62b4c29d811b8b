import { type Node, node, tensorOf } from '@retort/onnx';
import { UserError } from '@retort/shared';
import { columnScaled } from './int8-tensors.ts';
import type { Range } from './options.ts';
import { type Rewrite, storeOnce, type Writer } from './rewrite.ts';
import { dequantizedWeights, weightLimit } from './weights.ts';

/** Names of a quantized activation and of its two constants. */
interface FixedActivation {
  readonly values: string;
  readonly scale: string;
  readonly zeroPoint: string;
}

/**
 * `MatMul(x, W)` in the QDQ form that all runtimes know (onnxruntime, OpenVINO, TensorRT): x quantized by its calibrated range and dequantized
 * again, W dequantized. A runtime that has int8 kernels takes the pair and the product together.
 */
export function qdqLinear(): Writer {
  const activations = fixedActivations();
  const dequantize = dequantizedWeights();
  const dequantized = new Map<string, string>();
  return (rewrite, linear) => {
    const [x, weight] = linear.inputs;
    const { values, scale, zeroPoint } = activations(rewrite, x);
    let input = dequantized.get(x);
    if (input === undefined) {
      input = rewrite.fresh(`${x}_dequantized`);
      dequantized.set(x, input);
      rewrite.nodes.push(node('DequantizeLinear', [values, scale, zeroPoint], [input], {}, { name: input }));
    }
    const matrix = dequantize(rewrite, weight);
    rewrite.nodes.push({ ...linear, inputs: [input, matrix] });
  };
}

/**
 * `MatMul(x, W)` as onnxruntime's MatMulIntegerToFloat: x becomes uint8 by its calibrated range, without a pass over the data to find one,
 * and the int32 sums are scaled, and the bias added, as they leave the kernel. Layers that read the same activation share its quantization.
 */
export function fixedLinear(): Writer {
  const activations = fixedActivations();
  const store = storeOnce('int8', (matrix, name, options) => columnScaled(matrix, name, weightLimit(options)));
  return (rewrite, { name, inputs, outputs }: Node) => {
    const [x, weight, bias] = inputs;
    const { values, scale, zeroPoint } = activations(rewrite, x);
    const matrix = store(rewrite, weight);
    const parts = [values, matrix.values, scale, matrix.scales, zeroPoint];
    rewrite.nodes.push(
      node(
        'MatMulIntegerToFloat',
        bias === undefined ? parts : [...parts, '', bias],
        outputs,
        {},
        {
          name,
          domain: 'com.microsoft',
        },
      ),
    );
  };
}

function fixedActivations(): (rewrite: Rewrite, name: string) => FixedActivation {
  const known = new Map<string, FixedActivation>();
  return ({ options, initializers, nodes, fresh }, name) => {
    const made = known.get(name);
    if (made !== undefined) return made;
    const range = options.ranges?.get(name);
    if (range === undefined) {
      throw new UserError(`calibration found no range for the activation "${name}"`, {
        remedy: 'calibrate the model that is quantized: its ranges belong to no other one',
      });
    }
    const parts = {
      values: fresh(`${name}_uint8`),
      scale: fresh(`${name}_scale`),
      zeroPoint: fresh(`${name}_zero_point`),
    };
    const { scale, zeroPoint } = toUint8(range);
    initializers.set(parts.scale, tensorOf('float32', [], [scale]));
    initializers.set(parts.zeroPoint, tensorOf('uint8', [], [zeroPoint]));
    nodes.push(
      node('QuantizeLinear', [name, parts.scale, parts.zeroPoint], [parts.values], {}, { name: parts.values }),
    );
    known.set(name, parts);
    return parts;
  };
}

/** The scale and zero point of uint8 over a range that is widened to hold 0, which has to stay exact: ONNX's DynamicQuantizeLinear. */
export function toUint8({ min, max }: Range): { scale: number; zeroPoint: number } {
  const [low, high] = [Math.min(min, 0), Math.max(max, 0)];
  const scale = Math.fround((high - low) / 255);
  if (scale === 0) return { scale: 1, zeroPoint: 0 };
  return { scale, zeroPoint: Math.max(0, Math.min(255, Math.round(-low / scale))) };
}
