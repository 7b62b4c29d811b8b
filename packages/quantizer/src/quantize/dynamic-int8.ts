import {
  constantsOf,
  elementCode,
  foldConstants,
  freshNames,
  type Graph,
  gemmToMatMul,
  int,
  type Model,
  type Node,
  node,
  removeUnused,
  type TensorValue,
} from '@retort/onnx';
import { UserError } from '@retort/shared';
import { isLinear, lookupTables } from './candidates.ts';
import { columnScaled, type Int8Parts, rowScaled } from './int8-tensors.ts';

/** The version of ONNX's operators that brought DynamicQuantizeLinear. */
const oldestOpset = 11;

/** What the pass writes into the model's metadata. */
const metadata = {
  'retort.recipe': 'dynamic-int8',
  'retort.activations': 'uint8, one range for each tensor, found in each run',
  'retort.weights': 'int8, symmetric, one scale for each output channel',
  'retort.embeddings': 'int8, symmetric, one scale for each row',
};

/** A rewrite in progress: what the new graph holds so far. */
interface Rewrite {
  readonly constants: ReadonlyMap<string, TensorValue>;
  /** Constant -> how the file called it before it was transposed. */
  readonly origins: ReadonlyMap<string, string>;
  readonly initializers: Map<string, TensorValue>;
  readonly nodes: Node[];
  /** Activation -> the outputs of the one DynamicQuantizeLinear that all its readers share. */
  readonly activations: Map<string, QuantizedActivation>;
  /** float32 matrix -> its int8 parts: used by several nodes, they are stored once. */
  readonly matrices: Map<string, QuantizedMatrix>;
  fresh(name: string): string;
}

/** Names of an activation's parts. */
interface QuantizedActivation {
  readonly values: string;
  readonly scale: string;
  readonly zeroPoint: string;
}

/** Names of a matrix's parts. */
interface QuantizedMatrix {
  readonly values: string;
  readonly scales: string;
}

/**
 * Dynamic int8, in ONNX's own operators only, so that every runtime opens it: onnxruntime fuses them as it loads the model, and was
 * measured to be as fast as with its own fused operators in the file.
 *
 * - `MatMul(x, W)`, or `Gemm`, with a constant float32 W [in, out]: x becomes uint8 by the range that it has in that run,
 *   W int8 with a scale for each output. Products of two activations, as in attention, stay float32.
 * - Rows taken by `Gather` or `Slice` out of a constant float32 table [rows, columns]: int8 with a scale for each row, which is nearer
 *   to the float32 values of trained word embeddings than a scale for each column, or one for the table.
 *
 * The range of an activation is taken over the whole batch, so a text's logits depend on what it is batched with.
 *
 * Throws a UserError if there is nothing to quantize, the operators are too old, or a weight is not finite.
 */
export function quantizeDynamicInt8(model: Model): Model {
  const opset = model.opsets[''] ?? 0;
  if (opset < oldestOpset) {
    throw new UserError(`the model uses version ${opset} of ONNX's operators, and int8 needs ${oldestOpset} or later`, {
      remedy: 'export the model again with a newer opset',
    });
  }
  const plain = gemmToMatMul(foldConstants(model));
  const { graph } = plain;
  const rewrite = startRewrite(graph, transposedFrom(model.graph));
  const tables = lookupTables(graph, rewrite.constants);
  let matMuls = 0;
  for (const each of graph.nodes) {
    if (isLinear(each, rewrite.constants)) {
      rewriteLinear(rewrite, each);
      matMuls++;
    } else if (tables.has(each.inputs[0])) rewriteLookup(rewrite, each);
    else rewrite.nodes.push(each);
  }
  if (matMuls === 0) {
    throw new UserError('the model has no MatMul or Gemm with a constant float32 weight matrix to quantize', {
      remedy: 'give an fp32 model whose weights are constants; one that is quantized already cannot be quantized again',
    });
  }
  return removeUnused({
    ...plain,
    metadata: { ...model.metadata, ...metadata },
    graph: { ...graph, nodes: rewrite.nodes, initializers: new Map([...graph.initializers, ...rewrite.initializers]) },
  });
}

/** Hugging Face's weights are [out, in] and transposed in the graph: folded, they would be called after the Transpose. */
function transposedFrom({ nodes, initializers }: Graph): Map<string, string> {
  const transposes = nodes.filter(({ op, inputs }) => op === 'Transpose' && initializers.has(inputs[0]));
  return new Map(transposes.map(({ inputs, outputs }) => [outputs[0], inputs[0]]));
}

function startRewrite(graph: Graph, origins: ReadonlyMap<string, string>): Rewrite {
  return {
    constants: constantsOf(graph),
    origins,
    initializers: new Map(),
    nodes: [],
    activations: new Map(),
    matrices: new Map(),
    fresh: freshNames(graph),
  };
}

/** x.W -> the int32 sums of uint8 x and int8 W, as float32, times the scale of x and those of W. */
function rewriteLinear(rewrite: Rewrite, { name, inputs, outputs }: Node): void {
  const activation = quantizeActivation(rewrite, inputs[0]);
  const matrix = quantizeMatrix(rewrite, inputs[1], columnScaled);
  const base = name === '' ? outputs[0] : name;
  const sums = rewrite.fresh(`${base}_int32`);
  const unscaled = rewrite.fresh(`${base}_unscaled`);
  const scales = rewrite.fresh(`${base}_scales`);
  rewrite.nodes.push(
    node('MatMulInteger', [activation.values, matrix.values, activation.zeroPoint], [sums], {}, { name: sums }),
    node('Cast', [sums], [unscaled], { to: int(elementCode('float32')) }, { name: unscaled }),
    node('Mul', [activation.scale, matrix.scales], [scales], {}, { name: scales }),
    node('Mul', [unscaled, scales], outputs, {}, { name }),
  );
}

function quantizeActivation({ activations, nodes, fresh }: Rewrite, name: string): QuantizedActivation {
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

/** Rows of a table -> the same rows of its int8 values, as float32, times those of its scales. */
function rewriteLookup(rewrite: Rewrite, lookup: Node): void {
  const { name, inputs, outputs } = lookup;
  const matrix = quantizeMatrix(rewrite, inputs[0], rowScaled);
  const base = name === '' ? outputs[0] : name;
  const rows = rewrite.fresh(`${base}_int8`);
  const scales = rewrite.fresh(`${base}_scales`);
  const unscaled = rewrite.fresh(`${base}_unscaled`);
  const from = (table: string, output: string): Node => ({
    ...lookup,
    name: output,
    inputs: [table, ...inputs.slice(1)],
    outputs: [output],
  });
  rewrite.nodes.push(
    from(matrix.values, rows), // [.., columns]
    from(matrix.scales, scales), // [.., 1]
    node('Cast', [rows], [unscaled], { to: int(elementCode('float32')) }, { name: unscaled }),
    node('Mul', [unscaled, scales], outputs, {}, { name }),
  );
}

/** Linear layers and lookups never share a matrix, so its name tells which layout it has. */
function quantizeMatrix(
  { matrices, constants, origins, initializers, fresh }: Rewrite,
  name: string,
  quantize: (matrix: TensorValue, name: string) => Int8Parts,
): QuantizedMatrix {
  const known = matrices.get(name);
  if (known !== undefined) return known;
  const tensor = constants.get(name);
  if (tensor === undefined) throw new Error(`"${name}" is no constant`);
  const origin = origins.get(name) ?? name;
  const parts = { values: fresh(`${origin}_int8`), scales: fresh(`${origin}_scales`) };
  const { values, scales } = quantize(tensor, origin);
  initializers.set(parts.values, values);
  initializers.set(parts.scales, scales);
  matrices.set(name, parts);
  return parts;
}
