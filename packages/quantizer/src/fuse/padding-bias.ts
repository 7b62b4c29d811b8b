import { type Graph, type Node, numbersOf } from '@retort/onnx';
import { attributeInts } from './graph-view.ts';

/**
 * What a bias [batch, 1, 1, length] of attention scores adds for padding, if it is 0 for tokens and made from `attention_mask`
 * [batch, length] by elementwise arithmetic alone; undefined for any other value. Its graph is run on one element, for a token (1) and for padding (0).
 */
export function paddingBias(name: string, producers: ReadonlyMap<string, Node>, graph: Graph): number | undefined {
  const token = evaluate(name, 1);
  const padding = evaluate(name, 0);
  if (token === undefined || padding === undefined) return undefined;
  return token.value === 0 && token.shape.join() === 'batch,1,1,length' ? padding.value : undefined;

  function evaluate(value: string, mask: number): Element | undefined {
    if (value === 'attention_mask') return { value: mask, shape: ['batch', 'length'] };
    const constant = graph.initializers.get(value);
    if (constant !== undefined) {
      const [only, ...others] = numbersOf(constant) ?? [];
      return only === undefined || others.length > 0 ? undefined : { value: only, shape: [] };
    }
    const node = producers.get(value);
    if (node === undefined || node.domain !== '') return undefined;
    const first = evaluate(node.inputs[0], mask);
    if (first === undefined) return undefined;
    if (node.op === 'Cast') return first;
    if (node.op === 'Unsqueeze') {
      const axes = numbersOf(graph.initializers.get(node.inputs[1]) ?? noAxes) ?? attributeInts(node, 'axes');
      return axes === undefined ? undefined : { ...first, shape: unsqueeze(first.shape, axes) };
    }
    const second = node.inputs.length === 2 ? evaluate(node.inputs[1], mask) : undefined;
    const compute = arithmetic[node.op];
    if (second === undefined || compute === undefined) return undefined;
    const shape = first.shape.length > second.shape.length ? first.shape : second.shape;
    return { value: compute(first.value, second.value), shape };
  }
}

interface Element {
  readonly value: number;
  readonly shape: readonly (string | number)[];
}

const noAxes = { type: 'string', shape: [0], data: new Uint8Array() } as const;

const arithmetic: Readonly<Record<string, ((a: number, b: number) => number) | undefined>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
};

function unsqueeze(shape: readonly (string | number)[], axes: readonly number[]): (string | number)[] {
  const result = [...shape];
  for (const axis of [...axes].sort((a, b) => a - b)) result.splice(axis, 0, 1);
  return result;
}
