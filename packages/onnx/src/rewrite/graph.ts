import type { Graph, Model, Node, TensorValue } from '../model.ts';

/** The model with parts of its graph replaced; what the file told of values that are gone is dropped. */
export function withGraph(model: Model, change: Partial<Graph>): Model {
  const graph = { ...model.graph, ...change };
  const made = new Set(graph.nodes.flatMap((node) => node.outputs));
  const known = (name: string) => made.has(name) || graph.initializers.has(name);
  return { ...model, graph: { ...graph, values: graph.values.filter((value) => known(value.name)) } };
}

/** The initializers that no caller can override: in old files an initializer that is also an input is but a default. */
export function constantsOf(graph: Graph): Map<string, TensorValue> {
  const inputs = new Set(graph.inputs.map((input) => input.name));
  return new Map([...graph.initializers].filter(([name]) => !inputs.has(name)));
}

/** All that `nodes` and the graph's outputs read. */
export function namesRead(graph: Graph, nodes: readonly Node[] = graph.nodes): Set<string> {
  return new Set([...nodes.flatMap((node) => node.inputs), ...graph.outputs.map((output) => output.name)]);
}

/** Gives names that the graph does not have yet: the wish itself, or the wish and a number. */
export function freshNames(graph: Graph): (wish: string) => string {
  const taken = new Set([
    ...graph.inputs.map((input) => input.name),
    ...graph.initializers.keys(),
    ...graph.nodes.flatMap((node) => [node.name, ...node.outputs]),
  ]);
  return (wish) => {
    let name = wish;
    for (let i = 1; taken.has(name); i++) name = `${wish}_${i}`;
    taken.add(name);
    return name;
  };
}
