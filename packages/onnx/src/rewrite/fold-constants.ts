import type { Model, Node, TensorValue } from '../model.ts';
import { foldNode } from './fold-node.ts';
import { constantsOf, namesRead, withGraph } from './graph.ts';

/**
 * Computes ahead what depends on constants alone: Constant, Identity, Transpose, Reshape, Unsqueeze, Squeeze and Cast of
 * initializers become initializers under the output's name. Nodes that make an output of the graph stay, and so does
 * whatever cannot be computed here. Initializers that folded nodes alone have read are dropped.
 */
export function foldConstants(model: Model): Model {
  const { graph } = model;
  const constants = constantsOf(graph);
  const outputs = new Set(graph.outputs.map((output) => output.name));
  const initializers = new Map(graph.initializers);
  const consumed = new Set<string>();
  const nodes: Node[] = [];
  for (const node of graph.nodes) {
    const value = outputs.has(node.outputs[0]) ? undefined : fold(node, constants, model.opsets[''] ?? 0);
    if (value === undefined) {
      nodes.push(node);
      continue;
    }
    constants.set(node.outputs[0], value);
    initializers.set(node.outputs[0], value);
    for (const input of node.inputs) consumed.add(input);
  }
  const read = namesRead(graph, nodes);
  for (const name of consumed) if (!read.has(name)) initializers.delete(name);
  return withGraph(model, { nodes, initializers });
}

function fold(node: Node, constants: ReadonlyMap<string, TensorValue>, opset: number): TensorValue | undefined {
  if (node.domain !== '' || node.outputs.length !== 1) return undefined;
  const inputs = node.inputs.map((name) => constants.get(name)).filter((value) => value !== undefined);
  return inputs.length === node.inputs.length ? foldNode(node, inputs, opset) : undefined;
}
