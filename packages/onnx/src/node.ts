import type { Attribute, Node, TensorValue } from './model.ts';

/**
 * One operation. A plain attribute is made by the helpers below: `node('Softmax', ['x'], ['y'], { axis: int(-1) })`.
 * An empty input name leaves out an optional input.
 */
export function node(
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, Attribute>> = {},
  options: { readonly domain?: string; readonly name?: string } = {},
): Node {
  return { op, domain: options.domain ?? '', name: options.name ?? '', inputs, outputs, attributes };
}

export function int(value: number): Attribute {
  return { kind: 'int', value };
}

/** Rounded to float32, which is what a file holds. */
export function float(value: number): Attribute {
  return { kind: 'float', value: Math.fround(value) };
}

export function ints(value: readonly number[]): Attribute {
  return { kind: 'ints', value };
}

/** Rounded to float32, which is what a file holds. */
export function floats(value: readonly number[]): Attribute {
  return { kind: 'floats', value: value.map(Math.fround) };
}

export function string(value: string): Attribute {
  return { kind: 'string', value };
}

export function strings(value: readonly string[]): Attribute {
  return { kind: 'strings', value };
}

export function tensor(value: TensorValue): Attribute {
  return { kind: 'tensor', value };
}

/** How errors name a node: `MatMul node "encoder/dense"`, or by its first output where it has no name. */
export function describeNode(node: Node): string {
  const op = node.domain === '' ? node.op : `${node.domain}.${node.op}`;
  return node.name === '' ? `${op} node that makes "${node.outputs[0] ?? ''}"` : `${op} node "${node.name}"`;
}
