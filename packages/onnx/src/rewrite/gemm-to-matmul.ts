import type { Model, Node } from '../model.ts';
import { node } from '../node.ts';
import { constantsOf, freshNames, namesRead, withGraph } from './graph.ts';
import { transposeTensor } from './transpose.ts';

/**
 * Turns `Gemm(x, W, b)` with a constant W into `Add(MatMul(x, W), b)`, the form that quantizers look for. With transB = 1, as
 * Hugging Face's weights of shape [out, in] need, the transposed weight becomes an initializer `<W>_transposed` of
 * shape [in, out], and W goes if nothing else reads it. A Gemm with transA, alpha or beta is left alone.
 */
export function gemmToMatMul(model: Model): Model {
  const { graph } = model;
  const constants = constantsOf(graph);
  const fresh = freshNames(graph);
  const initializers = new Map(graph.initializers);
  const transposedNames = new Map<string, string>();

  const weightFor = (gemm: Node): string | undefined => {
    const name = gemm.inputs[1];
    const weight = constants.get(name);
    if (weight === undefined || weight.shape.length !== 2) return undefined;
    if (numberAttribute(gemm, 'transB', 0) === 0) return name;
    const known = transposedNames.get(name);
    if (known !== undefined) return known;
    const value = transposeTensor(weight);
    if (value === undefined) return undefined;
    const transposed = fresh(`${name}_transposed`);
    transposedNames.set(name, transposed);
    initializers.set(transposed, value);
    return transposed;
  };

  const nodes = graph.nodes.flatMap((gemm) => {
    const weight = isPlainGemm(gemm) ? weightFor(gemm) : undefined;
    if (weight === undefined) return [gemm];
    const [x, , bias] = gemm.inputs;
    const [y] = gemm.outputs;
    if (bias === undefined || bias === '') return [node('MatMul', [x, weight], [y], {}, { name: gemm.name })];
    const product = fresh(`${y}_matmul`);
    const name = (suffix: string) => (gemm.name === '' ? '' : fresh(`${gemm.name}_${suffix}`));
    return [
      node('MatMul', [x, weight], [product], {}, { name: name('MatMul') }),
      node('Add', [product, bias], [y], {}, { name: name('Add') }),
    ];
  });

  const read = namesRead(graph, nodes);
  for (const name of transposedNames.keys()) if (!read.has(name)) initializers.delete(name);
  return withGraph(model, { nodes, initializers });
}

function isPlainGemm(candidate: Node): boolean {
  return (
    candidate.op === 'Gemm' &&
    candidate.domain === '' &&
    numberAttribute(candidate, 'transA', 0) === 0 &&
    numberAttribute(candidate, 'alpha', 1) === 1 &&
    numberAttribute(candidate, 'beta', 1) === 1
  );
}

function numberAttribute({ attributes }: Node, name: string, fallback: number): number {
  const attribute = attributes[name];
  return attribute?.kind === 'int' || attribute?.kind === 'float' ? attribute.value : fallback;
}
