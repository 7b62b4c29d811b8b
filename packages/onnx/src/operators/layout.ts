import type { Dimension, Shape } from '../model.ts';
import { broadcast, contradict, product, quotient } from './dimension.ts';
import type { NodeFacts, Operators, Value } from './operator.ts';
import { slice } from './slice.ts';

function transpose(node: NodeFacts): Value[] {
  const shape = node.shape(0);
  const order = node.ints('perm') ?? shape?.map((_, axis) => shape.length - 1 - axis);
  if (shape === undefined || order === undefined) return [{ type: node.type(0) }];
  if (
    order.length !== shape.length ||
    new Set(order).size !== order.length ||
    order.some((axis) => shape[axis] === undefined)
  ) {
    node.fail(`perm [${order.join(', ')}] is no order of ${shape.length} axes`);
  }
  return [{ type: node.type(0), shape: order.map((axis) => shape[axis]) }];
}

/** Lengths that are not known, as many as the shape in input 1 has elements. */
function unknownShape(node: NodeFacts): Shape | undefined {
  const rank = node.shape(1)?.[0];
  return typeof rank === 'number' ? Array.from({ length: rank }, (_, axis) => node.unknown(axis)) : undefined;
}

function reshape(node: NodeFacts): Value[] {
  const { type, shape: from, elements } = node.input(0);
  const wanted = node.input(1).elements;
  if (wanted === undefined) return [{ type, shape: unknownShape(node) }];
  const copyZero = node.int('allowzero', 0) === 0;
  const lengths = wanted.map((length, axis) => {
    if (length !== 0 || !copyZero) return length;
    if (from !== undefined && axis >= from.length)
      node.fail(`length 0 at axis ${axis} copies an axis that is not there`);
    return from?.[axis] ?? node.unknown(axis);
  });
  if (lengths.filter((length) => length === -1).length > 1) node.fail('more than one length is -1');
  const rest = product(lengths.filter((length) => length !== -1));
  const total = from === undefined ? undefined : product(from);
  const inferred = (axis: number): Dimension => {
    const length = total === undefined || rest === 0 ? undefined : quotient(total, rest);
    if (length === undefined && typeof total === 'number' && typeof rest === 'number') {
      node.fail(`${total} elements do not divide by ${rest}`);
    }
    return length ?? node.unknown(axis);
  };
  const shape = lengths.map((length, axis) => (length === -1 ? inferred(axis) : length));
  if (total !== undefined && contradict(product(shape), total)) {
    node.fail(`${total} elements do not fill [${shape.join(', ')}]`);
  }
  return [{ type, shape, elements }];
}

function expand(node: NodeFacts): Value[] {
  const { type, shape } = node.input(0);
  return [{ type, shape: broadcast(node, shape, node.input(1).elements ?? unknownShape(node)) }];
}

function concat(node: NodeFacts): Value[] {
  const type = node.type(0);
  const shapes = node.inputs.map((input) => input.shape).filter((shape) => shape !== undefined);
  if (shapes.length < node.inputs.length) return [{ type }];
  const [first] = shapes;
  const axis = node.axis(node.int('axis', 0), first.length);
  const mismatch = shapes.find(
    (shape) => shape.length !== first.length || shape.some((length, i) => i !== axis && contradict(length, first[i])),
  );
  if (mismatch !== undefined) node.fail(`inputs differ elsewhere than at axis ${axis}`);
  const along = shapes.map((shape) => shape[axis]);
  const sum = along.every((length) => typeof length === 'number')
    ? along.reduce((total, length) => total + length, 0)
    : along.length === 1
      ? along[0]
      : node.unknown(axis);
  // Where one input only names a length, another may know it.
  const lengthAt = (i: number) =>
    shapes.map((shape) => shape[i]).find((length) => typeof length === 'number') ?? first[i];
  const elements = node.inputs.map((input) => input.elements).filter((known) => known !== undefined);
  return [
    {
      type,
      shape: first.map((_, i) => (i === axis ? sum : lengthAt(i))),
      elements: first.length === 1 && elements.length === shapes.length ? elements.flat() : undefined,
    },
  ];
}

function unsqueeze(node: NodeFacts): Value[] {
  const { type, shape, elements } = node.input(0);
  const axes = node.axes();
  if (shape === undefined || axes === undefined) return [{ type, elements }];
  const rank = shape.length + axes.length;
  const added = new Set(axes.map((axis) => node.axis(axis, rank)));
  if (added.size !== axes.length) node.fail(`axes [${axes.join(', ')}] name an axis twice`);
  const lengths = shape.values();
  const result = Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : (lengths.next().value ?? 1)));
  return [{ type, shape: result, elements }];
}

function squeeze(node: NodeFacts): Value[] {
  const { type, shape, elements } = node.input(0);
  const axes = node.axes();
  if (shape === undefined || axes === undefined) return [{ type, elements }];
  const all = axes.length === 0;
  // Whether a named length is 1, and so goes, only a run can tell.
  if (all && shape.some((length) => typeof length === 'string')) return [{ type, elements }];
  const dropped = new Set(
    all
      ? shape.flatMap((length, axis) => (length === 1 ? [axis] : []))
      : axes.map((axis) => node.axis(axis, shape.length)),
  );
  const wrong = [...dropped].find((axis) => contradict(shape[axis], 1));
  if (wrong !== undefined) node.fail(`axis ${wrong} has length ${shape[wrong]}, not 1`);
  return [{ type, shape: shape.filter((_, axis) => !dropped.has(axis)), elements }];
}

function shapeOf(node: NodeFacts): Value[] {
  const elements = node.shape(0)?.slice(node.int('start', 0), node.int('end', undefined));
  return [{ type: 'int64', shape: [elements?.length ?? node.unknown(0)], elements }];
}

export const layoutOperators: Operators = {
  Transpose: { inputs: [1, 1], attributes: { perm: 'ints' }, infer: transpose },
  Reshape: { inputs: [2, 2], attributes: { allowzero: 'int' }, infer: reshape },
  Expand: { inputs: [2, 2], since: 8, infer: expand },
  Slice: { inputs: [3, 5], since: 10, infer: slice },
  Concat: { inputs: [1, Number.POSITIVE_INFINITY], attributes: { axis: 'int' }, required: ['axis'], infer: concat },
  Unsqueeze: { inputs: [1, 2], axesInputSince: 13, infer: unsqueeze },
  Squeeze: { inputs: [1, 2], axesInputSince: 13, infer: squeeze },
  Shape: { inputs: [1, 1], attributes: { start: 'int', end: 'int' }, infer: shapeOf },
};
