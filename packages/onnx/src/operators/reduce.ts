import type { NodeFacts, Operator, Operators, Value } from './operator.ts';

function reduced(node: NodeFacts): Value[] {
  const { type, shape } = node.input(0);
  const given = node.axes();
  const keep = node.int('keepdims', 1) !== 0;
  if (shape === undefined) return [{ type }];
  // The axes come from a run: kept dimensions are still as many.
  if (given === undefined) return [{ type, shape: keep ? shape.map((_, axis) => node.unknown(axis)) : undefined }];
  if (given.length === 0 && node.int('noop_with_empty_axes', 0) !== 0) return [{ type, shape }];
  const axes = new Set(given.length === 0 ? shape.keys() : given.map((axis) => node.axis(axis, shape.length)));
  return [
    {
      type,
      shape: keep
        ? shape.map((length, axis) => (axes.has(axis) ? 1 : length))
        : shape.filter((_, axis) => !axes.has(axis)),
    },
  ];
}

function reduction(axesInputSince: number): Operator {
  return {
    inputs: [1, 2],
    axesInputSince,
    attributes: { keepdims: 'int', noop_with_empty_axes: 'int' },
    infer: reduced,
  };
}

/** The two statistics keep the normalised axes with length 1. */
function layerNormalization(node: NodeFacts): Value[] {
  const { type, shape } = node.input(0);
  if (shape === undefined) return [{ type }, { type: 'float32' }, { type: 'float32' }];
  const from = node.axis(node.int('axis', -1), shape.length);
  const scale = node.shape(1);
  const last = shape[shape.length - 1];
  if (scale !== undefined && scale.length > 0) {
    const length = scale[scale.length - 1];
    if (typeof length === 'number' && typeof last === 'number' && length !== last && length !== 1) {
      node.fail(`a scale of length ${length} does not fit a last axis of ${last}`);
    }
  }
  const statistics: Value = { type: 'float32', shape: shape.map((length, axis) => (axis >= from ? 1 : length)) };
  return [{ type, shape }, statistics, statistics];
}

export const reduceOperators: Operators = {
  ReduceSum: reduction(13),
  ReduceMean: reduction(18),
  ReduceMax: reduction(18),
  ReduceMin: reduction(18),
  ReduceProd: reduction(18),
  ReduceL2: reduction(18),
  ReduceSumSquare: reduction(18),
  LayerNormalization: {
    inputs: [2, 3],
    outputs: [1, 3],
    since: 17,
    attributes: { axis: 'int', epsilon: 'float', stash_type: 'int' },
    infer: layerNormalization,
  },
};
