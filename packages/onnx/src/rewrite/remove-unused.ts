import type { Model, Node } from '../model.ts';
import { namesRead, withGraph } from './graph.ts';

/** Drops the nodes and initializers that no output of the graph depends on. Inputs stay: they are the model's interface. */
export function removeUnused(model: Model): Model {
  const { graph } = model;
  const needed = namesRead(graph, []);
  const kept: Node[] = [];
  // Backwards: a node comes after those that it reads.
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((output) => needed.has(output))) continue;
    kept.push(node);
    for (const input of node.inputs) if (input !== '') needed.add(input); // '' is an optional input that is left out.
  }
  return withGraph(model, {
    nodes: kept.reverse(),
    initializers: new Map([...graph.initializers].filter(([name]) => needed.has(name))),
  });
}
