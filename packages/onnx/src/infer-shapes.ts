import { UserError } from '@retort/shared';
import type { Dimension, ElementType, Model, Node, Shape, ValueInfo } from './model.ts';
import { constantFacts } from './operators/constant.ts';
import { contradict } from './operators/dimension.ts';
import { operatorOf } from './operators/index.ts';
import { formatValue, NodeFacts, type Value } from './operators/operator.ts';

/** Undefined: not known. A dimension that is a name is decided by each run; the same name is always the same length. */
export interface InferredValue {
  readonly type: ElementType | undefined;
  readonly shape: Shape | undefined;
}

/**
 * The type and shape of every input, initializer and node output, by name. Named dimensions, taken to be at least 1, go through: products of them read
 * `12*batch*length`, and a length of which nothing is known is called `<value>_dim<axis>`. Shapes that a model computes for
 * itself (Shape, Gather, Concat, ... into Reshape) are followed.
 *
 * An operator that is not known leaves its outputs unknown, but for what the file says of them.
 * Throws a UserError that names the node and its inputs where shapes or types contradict each other.
 */
export function inferShapes(model: Model): Map<string, InferredValue> {
  const { graph } = model;
  const declared = new Map([...graph.values, ...graph.outputs].map((value) => [value.name, value]));
  const values = new Map<string, Value>();
  // An initializer that is also an input is only its default: of such a one the shape is known, not the elements.
  for (const [name, tensor] of graph.initializers) values.set(name, constantFacts(tensor));
  for (const { name, type, shape } of graph.inputs) values.set(name, { type, shape });

  for (const node of graph.nodes) {
    const results = inferNode(node, values, model.opsets[node.domain] ?? 0);
    node.outputs.forEach((name, index) => {
      if (name !== '') values.set(name, merge(node, name, results[index] ?? {}, declared.get(name)));
    });
  }
  return new Map([...values].map(([name, { type, shape }]) => [name, { type, shape }]));
}

function inferNode(node: Node, values: ReadonlyMap<string, Value>, opset: number): readonly Value[] {
  const inputs = node.inputs.map((name) => values.get(name) ?? {});
  return operatorOf(node)?.infer(new NodeFacts(node, inputs, opset)) ?? [];
}

/** What was inferred of a node's output and what the file says of it, together. */
function merge(node: Node, name: string, inferred: Value, declared: ValueInfo | undefined): Value {
  if (declared === undefined) return inferred;
  const type = inferred.type ?? declared.type;
  const shape = mergeShapes(inferred.shape, declared.shape, (axis) => `${name}_dim${axis}`);
  if (type !== declared.type || shape === 'contradiction') {
    throw new UserError(
      `${node.op} makes "${name}" as ${formatValue(inferred)}, but the model declares it as ${formatValue(declared)}`,
      { place: { field: name }, remedy: 'correct what the model declares, or the node' },
    );
  }
  return { ...inferred, type, shape };
}

function mergeShapes(
  inferred: Shape | undefined,
  declared: Shape | undefined,
  unknown: (axis: number) => string,
): Shape | undefined | 'contradiction' {
  if (inferred === undefined || declared === undefined) return inferred ?? declared;
  if (inferred.length !== declared.length || inferred.some((length, axis) => contradict(length, declared[axis]))) {
    return 'contradiction';
  }
  return inferred.map((length, axis): Dimension => {
    const better = typeof length === 'string' && (typeof declared[axis] === 'number' || length === unknown(axis));
    return better ? declared[axis] : length;
  });
}
