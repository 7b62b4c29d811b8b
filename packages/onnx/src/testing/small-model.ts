import type { Graph, Model, Node, TensorValue } from '../model.ts';
import { node } from '../node.ts';

/** A model with the input x [batch, 3] and the output y. */
export function modelOf(
  nodes: readonly Node[],
  weights: Record<string, TensorValue> = {},
  change: Partial<Graph> = {},
): Model {
  return {
    irVersion: 9,
    producer: '',
    opsets: { '': 20 },
    metadata: {},
    graph: {
      name: '',
      inputs: [{ name: 'x', type: 'float32', shape: ['batch', 3] }],
      outputs: [{ name: 'y', type: 'float32' }],
      initializers: new Map(Object.entries(weights)),
      nodes,
      values: [],
      ...change,
    },
  };
}

/** The names of what the nodes make, in their order. */
export const names = (model: Model) => model.graph.nodes.map((made) => made.outputs[0]);
export const weightNames = (model: Model) => [...model.graph.initializers.keys()];
export const relu = (from: string, to: string) => node('Relu', [from], [to]);
