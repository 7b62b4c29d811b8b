import type { Graph, Node } from '@retort/onnx';

/** Who makes and who reads each value of a graph. */
export interface GraphView {
  readonly graph: Graph;
  readonly producers: ReadonlyMap<string, Node>;
  /** The one node that reads a value; undefined if there are more, or the graph gives the value out. */
  onlyReader(value: string): Node | undefined;
}

export function viewOf(graph: Graph): GraphView {
  const producers = new Map(
    graph.nodes.flatMap((node) => node.outputs.map((output): [string, Node] => [output, node])),
  );
  const readers = new Map<string, Node[]>();
  for (const node of graph.nodes) {
    for (const input of new Set(node.inputs)) {
      const known = readers.get(input);
      if (known === undefined) readers.set(input, [node]);
      else known.push(node);
    }
  }
  const given = new Set(graph.outputs.map(({ name }) => name));
  return {
    graph,
    producers,
    onlyReader(value) {
      const nodes = readers.get(value) ?? [];
      return nodes.length === 1 && !given.has(value) ? nodes[0] : undefined;
    },
  };
}

export function attributeInts({ attributes }: Node, name: string): readonly number[] | undefined {
  const attribute = attributes[name];
  return attribute?.kind === 'ints' ? attribute.value : undefined;
}
