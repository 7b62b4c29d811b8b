import { elementCode, int, node } from '@retort/onnx';
import { columnScaled } from './int8-tensors.ts';
import { type Rewrite, storeOnce, type Writer } from './rewrite.ts';
import { weightLimit } from './weights.ts';

/** Names of an activation's parts. */
interface QuantizedActivation {
  readonly values: string;
  readonly scale: string;
  readonly zeroPoint: string;
}

/**
 * `MatMul(x, W)` with x in uint8 by the range that it has in that run and W [in, out] in int8: the int32 sums of their products, as float32,
 * times the scale of x and those of W. ONNX's own operators only, so that every runtime opens it; onnxruntime fuses them as it loads
 * the model. Layers that read the same activation share its quantization.
 *
 * The range of an activation is taken over the whole batch, so a text's logits depend on what it is batched with.
 */
export function dynamicLinear(): Writer {
  const activations = new Map<string, QuantizedActivation>();
  const store = storeOnce('int8', (matrix, name, options) => columnScaled(matrix, name, weightLimit(options)));
  return (rewrite, { name, inputs, outputs }) => {
    const { nodes, fresh } = rewrite;
    const activation = quantizeActivation(rewrite, activations, inputs[0]);
    const matrix = store(rewrite, inputs[1]);
    const base = name === '' ? outputs[0] : name;
    const sums = fresh(`${base}_int32`);
    const unscaled = fresh(`${base}_unscaled`);
    const scales = fresh(`${base}_scales`);
    nodes.push(
      node('MatMulInteger', [activation.values, matrix.values, activation.zeroPoint], [sums], {}, { name: sums }),
      node('Cast', [sums], [unscaled], { to: int(elementCode('float32')) }, { name: unscaled }),
      node('Mul', [activation.scale, matrix.scales], [scales], {}, { name: scales }),
      node('Mul', [unscaled, scales], outputs, {}, { name }),
    );
  };
}

function quantizeActivation(
  { nodes, fresh }: Rewrite,
  activations: Map<string, QuantizedActivation>,
  name: string,
): QuantizedActivation {
  const known = activations.get(name);
  if (known !== undefined) return known;
  const parts = {
    values: fresh(`${name}_uint8`),
    scale: fresh(`${name}_scale`),
    zeroPoint: fresh(`${name}_zero_point`),
  };
  activations.set(name, parts);
  const { values, scale, zeroPoint } = parts;
  nodes.push(node('DynamicQuantizeLinear', [name], [values, scale, zeroPoint], {}, { name: values }));
  return parts;
}
