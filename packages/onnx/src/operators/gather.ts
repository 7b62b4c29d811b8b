import { contradict } from './dimension.ts';
import type { NodeFacts, Operator, Operators, Value } from './operator.ts';

function gather(node: NodeFacts): Value[] {
  const { type, shape, elements } = node.input(0);
  const indices = node.shape(1);
  if (shape === undefined || indices === undefined) return [{ type }];
  const axis = node.axis(node.int('axis', 0), shape.length);
  const length = shape[axis];
  const picks = node.numbers(1);
  const outside = picks?.find((pick) => typeof length === 'number' && (pick < -length || pick >= length));
  if (outside !== undefined) node.fail(`index ${outside} is outside of ${length} entries`);
  const picked =
    elements !== undefined && shape.length === 1
      ? picks?.map((pick) => elements[pick < 0 ? pick + elements.length : pick])
      : undefined;
  return [{ type, shape: [...shape.slice(0, axis), ...indices, ...shape.slice(axis + 1)], elements: picked }];
}

function gatherElements(node: NodeFacts): Value[] {
  const [data, indices] = [node.shape(0), node.shape(1)];
  if (data !== undefined && indices !== undefined && data.length !== indices.length) {
    node.fail('data and indices have different numbers of dimensions');
  }
  if (data !== undefined) node.axis(node.int('axis', 0), data.length);
  return [{ type: node.type(0), shape: indices }];
}

/** ScatterND(data, indices, updates): indices [..., k] choose blocks of data, updates are indices[:-1] + data[k:]. */
function scatterND(node: NodeFacts): Value[] {
  const [data, indices, updates] = [node.shape(0), node.shape(1), node.shape(2)];
  const depth = indices?.[indices.length - 1];
  if (data !== undefined && indices !== undefined && updates !== undefined && typeof depth === 'number') {
    if (depth > data.length) node.fail(`indices of ${depth} numbers are longer than the data has dimensions`);
    const expected = [...indices.slice(0, -1), ...data.slice(depth)];
    if (updates.length !== expected.length || updates.some((length, axis) => contradict(length, expected[axis]))) {
      node.fail(`updates should be of shape [${expected.join(', ')}]`);
    }
  }
  return [{ type: node.type(0), shape: data }];
}

const scatterElements: Operator = {
  inputs: [3, 3],
  since: 11,
  attributes: { axis: 'int', reduction: 'string' },
  infer: (node) => [{ type: node.type(0), shape: node.shape(0) }],
};

export const gatherOperators: Operators = {
  Gather: { inputs: [2, 2], attributes: { axis: 'int' }, infer: gather },
  GatherElements: { inputs: [2, 2], since: 11, attributes: { axis: 'int' }, infer: gatherElements },
  ScatterElements: scatterElements,
  ScatterND: { inputs: [3, 3], since: 11, attributes: { reduction: 'string' }, infer: scatterND },
};
