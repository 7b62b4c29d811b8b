import {
  constantsOf,
  elementCount,
  foldConstants,
  type Graph,
  gemmToMatMul,
  type Model,
  type TensorValue,
} from '@retort/onnx';
import { UserError } from '@retort/shared';
import { isLinear, lookupTables } from './candidates.ts';

/** Something that a recipe may quantize. */
export interface Layer {
  /** The weight's name in the fp32 file. */
  readonly name: string;
  /** `linear`: a matrix [in, out] that activations are multiplied by. `embedding`: a table [rows, columns] that rows are looked up in. */
  readonly kind: 'linear' | 'embedding';
  readonly shape: readonly number[];
  /** Bytes that the file grows by, about, if the layer stays float32: int8 takes a byte a weight and a float32 scale a channel. */
  readonly savedBytes: number;
}

/** A model whose weights are plain constants of MatMul and lookups, and how the file called them. */
export interface Prepared {
  readonly model: Model;
  /** All constants of the graph, by name. */
  readonly constants: ReadonlyMap<string, TensorValue>;
  /** The tables that lookups alone read. */
  readonly tables: ReadonlySet<string>;
  /** What the file called a constant before it was transposed. */
  nameOf(constant: string): string;
}

/** Folds what depends on constants alone, and turns Gemm into MatMul. */
export function prepare(model: Model): Prepared {
  const plain = gemmToMatMul(foldConstants(model));
  const constants = constantsOf(plain.graph);
  const origins = transposedFrom(model.graph);
  return {
    model: plain,
    constants,
    tables: lookupTables(plain.graph, constants),
    nameOf: (constant) => origins.get(constant) ?? constant,
  };
}

/** What a recipe may quantize, in the order of the graph: the names are those that `QuantizeOptions.keep` takes. */
export function layersOf(model: Model): Layer[] {
  const prepared = prepare(model);
  const layers = new Map<string, Layer>();
  for (const { weight, kind } of quantizable(prepared)) {
    const { shape } = constantOf(prepared, weight);
    const name = prepared.nameOf(weight);
    const channels = kind === 'linear' ? shape[1] : shape[0];
    layers.set(name, { name, kind, shape, savedBytes: 3 * elementCount(shape) - 4 * channels });
  }
  return [...layers.values()];
}

function* quantizable({
  model: { graph },
  constants,
  tables,
}: Prepared): Generator<{ weight: string; kind: Layer['kind'] }> {
  for (const each of graph.nodes) {
    if (isLinear(each, constants)) yield { weight: each.inputs[1], kind: 'linear' };
    else if (tables.has(each.inputs[0])) yield { weight: each.inputs[0], kind: 'embedding' };
  }
}

/** The activations that linear layers read, in the order of the graph: those that calibration has to measure. */
export function linearInputs(model: Model): string[] {
  const { model: plain, constants } = prepare(model);
  const linear = plain.graph.nodes.filter((each) => isLinear(each, constants));
  return [...new Set(linear.map(({ inputs }) => inputs[0]))];
}

/** Throws a UserError if `keep` names what is no layer of the model. */
export function checkKeep(model: Model, keep: ReadonlySet<string>): void {
  if (keep.size === 0) return;
  const names = new Set(layersOf(model).map(({ name }) => name));
  const unknown = [...keep].find((name) => !names.has(name));
  if (unknown === undefined) return;
  throw new UserError(`the model has no layer "${unknown}" to keep in float32`, {
    remedy: `its layers are ${[...names].join(', ')}`,
  });
}

export function constantOf({ constants }: Pick<Prepared, 'constants'>, name: string): TensorValue {
  const tensor = constants.get(name);
  if (tensor === undefined) throw new Error(`"${name}" is no constant`);
  return tensor;
}

/** Hugging Face's weights are [out, in] and transposed in the graph, by Transpose or Gemm: after folding they would be called otherwise. */
function transposedFrom({ nodes, initializers }: Graph): Map<string, string> {
  const origins = new Map<string, string>();
  for (const { op, inputs, outputs } of nodes) {
    if (op === 'Transpose' && initializers.has(inputs[0])) origins.set(outputs[0], inputs[0]);
    if (op === 'Gemm' && initializers.has(inputs[1])) origins.set(`${inputs[1]}_transposed`, inputs[1]);
  }
  return origins;
}
