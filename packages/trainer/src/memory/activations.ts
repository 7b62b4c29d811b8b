import { inferShapes, type Model, type Node, type Shape } from '@retort/onnx';

/** Nodes whose output is their first input in another shape: onnxruntime gives it the same memory. */
const views = new Set(['Reshape', 'Unsqueeze', 'Squeeze', 'Identity', 'Flatten']);

/**
 * The largest number of bytes that the values between a graph's nodes take at once: the nodes are walked in their order, a
 * value lives from the node that makes it to the last one that reads it, and views take nothing. Inputs and outputs of the
 * graph are not counted. `lengths`: the named dimensions of the inputs.
 */
export function activationBytes(model: Model, lengths: Readonly<Record<string, number>>): number {
  const { nodes } = model.graph;
  const sizes = valueBytes(model, lengths);
  const outside = new Set(model.graph.outputs.map(({ name }) => name));
  const owner = ownersOf(nodes);
  const lastUse = new Map<string, number>();
  nodes.forEach((node, i) => {
    for (const name of [...node.inputs, ...node.outputs]) lastUse.set(owner.get(name) ?? name, i);
  });
  const dying = new Map<number, string[]>();
  for (const [name, i] of lastUse) dying.set(i, [...(dying.get(i) ?? []), name]);

  let alive = 0;
  let most = 0;
  const bytes = (name: string) => (outside.has(name) || !owner.has(name) ? 0 : (sizes.get(name) ?? 0));
  nodes.forEach((node, i) => {
    for (const name of node.outputs) if (owner.get(name) === name) alive += bytes(name);
    most = Math.max(most, alive);
    for (const name of dying.get(i) ?? []) alive -= bytes(name);
  });
  return most;
}

/** Value made by a node -> the value whose memory it has: itself, or the one that it is a view of. */
function ownersOf(nodes: readonly Node[]): Map<string, string> {
  const owner = new Map<string, string>();
  for (const { op, inputs, outputs } of nodes) {
    for (const name of outputs) owner.set(name, views.has(op) ? (owner.get(inputs[0]) ?? inputs[0]) : name);
  }
  return owner;
}

/** Bytes of every value, the named dimensions of the inputs being given. */
function valueBytes(model: Model, lengths: Readonly<Record<string, number>>): Map<string, number> {
  const known = (shape: Shape | undefined) =>
    shape?.map((length) => (typeof length === 'string' ? (lengths[length] ?? length) : length));
  const { graph } = model;
  const inputs = graph.inputs.map((input) => ({ ...input, shape: known(input.shape) }));
  const outputs = graph.outputs.map((output) => ({ ...output, shape: known(output.shape) }));
  const values = inferShapes({ ...model, graph: { ...graph, inputs, outputs } });
  return new Map(
    [...values].map(([name, { type, shape }]) => {
      const elements = (shape ?? []).reduce((n: number, length) => n * (typeof length === 'number' ? length : 1), 1);
      return [name, elements * (type === 'int64' ? 8 : 4)];
    }),
  );
}
