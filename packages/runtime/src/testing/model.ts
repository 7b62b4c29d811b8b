import { type Model, writeModel } from '@retort/onnx';

type Graph = Model['graph'];

/** The bytes of a small model of opset 17. */
export function testModel(
  nodes: Graph['nodes'],
  { inputs, outputs, initializers = new Map() }: Pick<Graph, 'inputs' | 'outputs'> & Partial<Graph>,
): Uint8Array {
  return writeModel({
    irVersion: 8,
    producer: 'test',
    opsets: { '': 17 },
    metadata: {},
    graph: { name: 'test', inputs, outputs, initializers, nodes, values: [] },
  });
}
