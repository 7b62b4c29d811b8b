import type { Model, Node } from '../model.ts';
import { withGraph } from './graph.ts';

/** Replaces each node by what `change` gives for it: itself, another, several in order, or none (an empty list). */
export function mapNodes(model: Model, change: (node: Node) => Node | readonly Node[]): Model {
  return withGraph(model, { nodes: model.graph.nodes.flatMap(change) });
}
