import { freshNames, type Model, type Node, removeUnused, type TensorValue } from '@retort/onnx';
import { UserError } from '@retort/shared';
import { type GraphView, viewOf } from '../fuse/graph-view.ts';
import { isLinear } from './candidates.ts';
import { checkKeep, constantOf, type Prepared, prepare } from './layers.ts';
import type { QuantizeOptions } from './options.ts';

/** A rewrite in progress: what the new graph holds so far. */
export interface Rewrite {
  readonly prepared: Prepared;
  readonly options: QuantizeOptions;
  readonly initializers: Map<string, TensorValue>;
  readonly nodes: Node[];
  fresh(name: string): string;
}

/** Writes the nodes that stand for one node of the fp32 graph. */
export type Writer = (rewrite: Rewrite, node: Node) => void;

/** How a recipe writes each kind of layer. */
export interface Writers {
  readonly linear: Writer;
  /** Whether `linear` takes the bias that a MatMul's one reader adds, as its third input. */
  readonly takesBias: boolean;
  readonly embedding: Writer;
}

/**
 * Replaces every quantizable layer that the options do not keep. Throws a UserError if the operators are older than `oldestOpset`, there is
 * nothing to quantize, `keep` names an unknown layer, or a weight is not finite.
 */
export function rewriteLayers(
  model: Model,
  options: QuantizeOptions,
  { linear, takesBias, embedding }: Writers,
  { oldestOpset, metadata }: { readonly oldestOpset: number; readonly metadata: Readonly<Record<string, string>> },
): Model {
  const opset = model.opsets[''] ?? 0;
  if (opset < oldestOpset) {
    throw new UserError(`the model uses version ${opset} of ONNX's operators, and int8 needs ${oldestOpset} or later`, {
      remedy: 'export the model again with a newer opset',
    });
  }
  checkKeep(model, options.keep);
  const prepared = prepare(model);
  const { model: plain, constants, tables, nameOf } = prepared;
  const rewrite: Rewrite = { prepared, options, initializers: new Map(), nodes: [], fresh: freshNames(plain.graph) };
  const kept = (weight: string) => options.keep.has(nameOf(weight));
  const view = viewOf(plain.graph);
  const taken = new Set<Node>();
  let found = 0;
  for (const each of plain.graph.nodes) {
    if (taken.has(each)) continue;
    if (isLinear(each, constants)) {
      found++;
      const biased = takesBias ? biasedOf(each, view, constants) : undefined;
      if (kept(each.inputs[1])) rewrite.nodes.push(each);
      else if (biased === undefined) linear(rewrite, each);
      else {
        taken.add(biased.add);
        linear(rewrite, biased.linear);
      }
    } else if (tables.has(each.inputs[0]) && !kept(each.inputs[0])) embedding(rewrite, each);
    else rewrite.nodes.push(each);
  }
  if (found === 0) {
    throw new UserError('the model has no MatMul or Gemm with a constant float32 weight matrix to quantize', {
      remedy: 'give an fp32 model whose weights are constants; one that is quantized already cannot be quantized again',
    });
  }
  const { graph } = plain;
  return removeUnused({
    ...plain,
    metadata: { ...model.metadata, ...metadata },
    graph: { ...graph, nodes: rewrite.nodes, initializers: new Map([...graph.initializers, ...rewrite.initializers]) },
  });
}

/** A MatMul and the Add of a bias [out] that alone reads it, as one node of three inputs. */
function biasedOf(linear: Node, { onlyReader }: GraphView, constants: Prepared['constants']) {
  const add = onlyReader(linear.outputs[0]);
  if (add?.op !== 'Add' || add.domain !== '') return undefined;
  const bias = add.inputs.find((input) => input !== linear.outputs[0]);
  const tensor = bias === undefined ? undefined : constants.get(bias);
  const [, out] = constants.get(linear.inputs[1])?.shape ?? [];
  if (bias === undefined || tensor?.type !== 'float32' || tensor.shape.join() !== String(out)) return undefined;
  return { add, linear: { ...linear, name: add.name, inputs: [...linear.inputs, bias], outputs: add.outputs } };
}

/** Names of a matrix's parts. */
export interface MatrixParts {
  readonly values: string;
  readonly scales: string;
}

/** A function that stores a constant's parts the first time that it is asked for them: used by several nodes, they are stored once. */
export function storeOnce(
  suffix: string,
  quantize: (
    matrix: TensorValue,
    name: string,
    options: QuantizeOptions,
  ) => { values: TensorValue; scales: TensorValue },
): (rewrite: Rewrite, constant: string) => MatrixParts {
  const known = new Map<string, MatrixParts>();
  return ({ prepared, options, initializers, fresh }, constant) => {
    const stored = known.get(constant);
    if (stored !== undefined) return stored;
    const name = prepared.nameOf(constant);
    const parts = { values: fresh(`${name}_${suffix}`), scales: fresh(`${name}_scales`) };
    const { values, scales } = quantize(constantOf(prepared, constant), name, options);
    initializers.set(parts.values, values);
    initializers.set(parts.scales, scales);
    known.set(constant, parts);
    return parts;
  };
}
