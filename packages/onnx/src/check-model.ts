import { nearest, UserError } from '@retort/shared';
import { byteLength } from './elements.ts';
import type { Graph, Model, Node, TensorValue } from './model.ts';
import { describeNode } from './node.ts';
import { operatorOf } from './operators/index.ts';
import type { Operator } from './operators/operator.ts';

/**
 * Checks what holds for every ONNX model: each name is made once and before it is read, each output is made, each domain in use
 * has an opset, initializers are as long as their shapes say; and of the operators that this package knows, the numbers of inputs
 * and outputs, the opset, and the names and kinds of the attributes. Shapes are checked by `inferShapes`.
 *
 * Throws a UserError that names the node.
 */
export function checkModel(model: Model): void {
  const { graph } = model;
  for (const [name, tensor] of graph.initializers) checkTensor(tensor, `initializer "${name}"`);
  const defined = checkedInterface(graph);
  for (const node of graph.nodes) {
    checkNames(node, defined);
    checkOperator(node, model.opsets);
  }
  for (const { name } of graph.outputs) {
    if (!defined.has(name))
      fail(`no node makes the output "${name}" of the graph`, name, 'remove the output or make it');
  }
}

/** The names that are there before the first node. */
function checkedInterface(graph: Graph): Set<string> {
  const names = new Set<string>();
  for (const { name } of graph.inputs) {
    if (name === '' || names.has(name))
      fail(`the input name "${name}" is empty or used twice`, name, 'give each input a name of its own');
    names.add(name);
  }
  const outputs = graph.outputs.map((output) => output.name);
  const twice = outputs.find((name, index) => outputs.indexOf(name) !== index);
  if (twice !== undefined) fail(`the graph has two outputs "${twice}"`, twice, 'name each output once');
  // In files of IR version 3 each initializer is also an input.
  return new Set([...names, ...graph.initializers.keys()]);
}

function checkNames(node: Node, defined: Set<string>): void {
  for (const name of node.inputs) {
    if (name === '' || defined.has(name)) continue;
    const guess = nearest(name, [...defined]);
    const hint = guess === undefined ? '' : `; did you mean "${guess}"?`;
    fail(
      `${describeNode(node)} reads "${name}", which nothing before it makes${hint}`,
      name,
      'correct the name, or sort the nodes by topologicalOrder',
    );
  }
  for (const name of node.outputs) {
    if (name === '') continue;
    if (defined.has(name))
      fail(`${describeNode(node)} makes "${name}", which exists already`, name, 'give the output a name of its own');
    defined.add(name);
  }
}

function checkOperator(node: Node, opsets: Model['opsets']): void {
  const opset = Object.hasOwn(opsets, node.domain) ? opsets[node.domain] : undefined;
  if (opset === undefined) {
    const domain = node.domain === '' ? "ONNX's own operators (domain '')" : `the domain "${node.domain}"`;
    fail(`${describeNode(node)} needs an opset for ${domain}`, node.name, 'add it to the opsets of the model');
  }
  for (const [name, attribute] of Object.entries(node.attributes)) {
    if (attribute.kind === 'tensor') checkTensor(attribute.value, `attribute "${name}" of ${describeNode(node)}`);
  }
  const operator = operatorOf(node);
  if (operator === undefined) return;
  if (opset < (operator.since ?? 1)) {
    fail(
      `${describeNode(node)} needs opset ${operator.since}, the model has ${opset}`,
      node.name,
      'raise the opset of the model',
    );
  }
  const axesAreInput = operator.axesInputSince !== undefined && opset >= operator.axesInputSince;
  const [least, most] = operator.inputs;
  checkCount(node, 'inputs', least, operator.axesInputSince !== undefined && !axesAreInput ? 1 : most);
  checkCount(node, 'outputs', ...(operator.outputs ?? [1, 1]));
  checkAttributes(node, operator, axesAreInput);
}

function checkCount(node: Node, what: 'inputs' | 'outputs', least: number, most: number): void {
  // Those left out at the end do not count.
  const count = node[what].findLastIndex((name) => name !== '') + 1;
  if (count >= least && node[what].length <= most) return;
  const range =
    least === most ? `${least}` : most === Number.POSITIVE_INFINITY ? `at least ${least}` : `${least} to ${most}`;
  fail(`${describeNode(node)} has ${count} ${what}, not ${range}`, node.name, `give it ${range} ${what}`);
}

function checkAttributes(node: Node, operator: Operator, axesAreInput: boolean): void {
  const known = {
    ...operator.attributes,
    ...(operator.axesInputSince !== undefined && !axesAreInput ? { axes: 'ints' } : {}),
  };
  for (const [name, { kind }] of Object.entries(node.attributes)) {
    const expected = new Map(Object.entries(known)).get(name);
    if (expected === undefined) {
      const guess = nearest(name, Object.keys(known));
      const remedy =
        name === 'axes' && axesAreInput
          ? `from opset ${operator.axesInputSince} on give the axes as the second input`
          : guess === undefined
            ? 'remove it'
            : `did you mean "${guess}"?`;
      fail(`${describeNode(node)} has an attribute "${name}", which its operator does not know`, name, remedy);
    }
    if (kind !== expected)
      fail(
        `attribute "${name}" of ${describeNode(node)} is of kind ${kind}, not ${expected}`,
        name,
        `give ${expected}`,
      );
  }
  const missing = operator.required?.find((name) => node.attributes[name] === undefined);
  if (missing !== undefined) fail(`${describeNode(node)} lacks the attribute "${missing}"`, missing, 'add it');
}

function checkTensor({ type, shape, data }: TensorValue, what: string): void {
  const expected = byteLength(type, shape);
  if (data.byteLength !== expected || shape.some((length) => !Number.isInteger(length) || length < 0)) {
    fail(
      `${what} has ${data.byteLength} bytes, ${type} [${shape.join(', ')}] needs ${expected}`,
      what,
      'make it by tensorOf',
    );
  }
}

function fail(what: string, field: string, remedy: string): never {
  throw new UserError(what, { place: field === '' ? {} : { field }, remedy });
}
