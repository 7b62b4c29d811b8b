import { floatsOf, type Model, type TensorValue, tensorOf } from '@retort/onnx';

/**
 * The same function in float32, but a layer that 8 bits cannot hold: one channel of the activation before `<layer>.down` of a `bertLike` model becomes
 * `factor` times as large, and the weights that read it as much smaller. Its range is then that channel's, and nothing is left of the others.
 */
export function withOutliers(model: Model, layer: number, factor = 1e4): Model {
  const { initializers } = model.graph;
  const scaled = (name: string, scale: (i: number, columns: number) => number): [string, TensorValue] => {
    const tensor = initializers.get(name);
    if (tensor === undefined) throw new Error(`the model has no "${name}"`);
    const columns = tensor.shape[tensor.shape.length - 1];
    return [
      name,
      tensorOf(
        'float32',
        tensor.shape,
        floatsOf(tensor).map((x, i) => x * scale(i, columns)),
      ),
    ];
  };
  return {
    ...model,
    graph: {
      ...model.graph,
      initializers: new Map([
        ...initializers,
        scaled(`${layer}.up.weight`, (i, columns) => (i < columns ? factor : 1)), // [out, in]: row 0
        scaled(`${layer}.up.bias`, (i) => (i === 0 ? factor : 1)),
        scaled(`${layer}.down.weight`, (i, columns) => (i % columns === 0 ? 1 / factor : 1)), // [out, in]: column 0
      ]),
    },
  };
}
