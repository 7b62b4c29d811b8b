import {
  elementCode,
  float,
  freshNames,
  int,
  type Model,
  type Node,
  node,
  numbersOf,
  removeUnused,
} from '@retort/onnx';
import { attributeInts, type GraphView, viewOf } from './graph-view.ts';
import { paddingBias } from './padding-bias.ts';

/** One attention: softmax(Q K^T * scale + padding) V of each head. */
interface Attention {
  /** [batch, queries, hidden], [batch, length, hidden] twice. */
  readonly query: string;
  readonly key: string;
  readonly value: string;
  /** [batch, queries, hidden] */
  readonly output: string;
  readonly heads: number;
  readonly scale: number;
  /** Added to the scores of padding. */
  readonly padding: number;
  /** The node that makes `output`. */
  readonly last: Node;
}

/**
 * Writes each attention that is made of plain operators as onnxruntime's MultiHeadAttention, whose padding is added inside of the product and
 * not in a pass of its own over [batch, heads, queries, length]. An attention of another form stays as it is.
 */
export function fuseAttention(model: Model): Model {
  const { graph } = model;
  const view = viewOf(graph);
  const attentions = graph.nodes.map((each) => attentionOf(view, each)).filter((each) => each !== undefined);
  if (attentions.length === 0) return model;
  const fresh = freshNames(graph);
  const mask = fresh('attention_mask_int32');
  const byLast = new Map(attentions.map((each) => [each.last, each]));
  const nodes = graph.nodes.map((each) => {
    const attention = byLast.get(each);
    return attention === undefined ? each : multiHeadAttention(attention, mask, each.name);
  });
  const cast = node('Cast', ['attention_mask'], [mask], { to: int(elementCode('int32')) }, { name: mask });
  return removeUnused({
    ...model,
    opsets: { ...model.opsets, 'com.microsoft': 1 },
    graph: { ...graph, nodes: [cast, ...nodes] },
  });
}

function multiHeadAttention(
  { query, key, value, output, heads, scale, padding }: Attention,
  mask: string,
  name: string,
) {
  return node(
    'MultiHeadAttention',
    [query, key, value, '', mask],
    [output],
    { num_heads: int(heads), scale: float(scale), mask_filter_value: float(padding) },
    { domain: 'com.microsoft', name },
  );
}

/** The attention around a Softmax, if it has the form that is known. */
function attentionOf(view: GraphView, softmax: Node): Attention | undefined {
  if (softmax.op !== 'Softmax' || softmax.domain !== '' || axisOf(softmax) !== -1) return undefined;
  const { producers, onlyReader, graph } = view;
  const biased = producers.get(softmax.inputs[0]);
  if (biased?.op !== 'Add') return undefined;
  const paddings = biased.inputs.map((input) => paddingBias(input, producers, graph));
  const side = paddings.findIndex((each) => each !== undefined);
  const padding = paddings[side];
  if (padding === undefined || padding > -1000) return undefined;
  const { product, scale } = scaledProduct(view, biased.inputs[1 - side]) ?? {};
  if (product === undefined || scale === undefined) return undefined;
  const query = splitHeads(view, product.inputs[0], ['0,2,1,3']);
  const key = splitHeads(view, product.inputs[1], ['0,2,3,1', '0,2,1,3;0,1,3,2']);

  const mixed = onlyReader(softmax.outputs[0]);
  const value =
    mixed?.op === 'MatMul' && mixed.inputs[0] === softmax.outputs[0]
      ? splitHeads(view, mixed.inputs[1], ['0,2,1,3'])
      : undefined;
  const turned = mixed && onlyReader(mixed.outputs[0]);
  const last = turned && onlyReader(turned.outputs[0]);
  if (turned?.op !== 'Transpose' || attributeInts(turned, 'perm')?.join() !== '0,2,1,3' || last?.op !== 'Reshape')
    return undefined;
  if (query === undefined || key === undefined || value === undefined) return undefined;
  const { heads, width } = query;
  const same = [key, value].every((each) => each.heads === heads && each.width === width);
  if (!same || shapeOf(view, last)?.join() !== `0,0,${heads * width}`) return undefined;
  return { query: query.x, key: key.x, value: value.x, output: last.outputs[0], heads, scale, padding, last };
}

/** `MatMul(a, b) * c`, or the product alone. */
function scaledProduct({ producers, graph }: GraphView, name: string): { product: Node; scale: number } | undefined {
  const made = producers.get(name);
  if (made?.op === 'MatMul') return { product: made, scale: 1 };
  if (made?.op !== 'Mul') return undefined;
  const product = made.inputs.map((input) => producers.get(input)).find((each) => each?.op === 'MatMul');
  const factor = made.inputs.map((input) => graph.initializers.get(input)).find((each) => each !== undefined);
  const [scale, ...others] = (factor && numbersOf(factor)) ?? [];
  return product === undefined || scale === undefined || others.length > 0 ? undefined : { product, scale };
}

/** x [batch, length, hidden] of a value that is x in heads, turned by one of `turns`: permutations, one after the other. */
function splitHeads(view: GraphView, name: string, turns: readonly string[]) {
  const permutations: string[] = [];
  let made = view.producers.get(name);
  while (made?.op === 'Transpose') {
    permutations.unshift(attributeInts(made, 'perm')?.join() ?? '');
    made = view.producers.get(made.inputs[0]);
  }
  if (made?.op !== 'Reshape' || !turns.includes(permutations.join(';'))) return undefined;
  const shape = shapeOf(view, made);
  if (shape?.length !== 4 || shape[0] !== 0 || shape[1] !== 0) return undefined;
  return { x: made.inputs[0], heads: shape[2], width: shape[3] };
}

function shapeOf({ graph }: GraphView, reshape: Node): number[] | undefined {
  const shape = graph.initializers.get(reshape.inputs[1]);
  return shape && numbersOf(shape);
}

function axisOf({ attributes }: Node): number {
  return attributes.axis?.kind === 'int' ? attributes.axis.value : -1;
}
