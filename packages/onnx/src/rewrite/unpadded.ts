import type { Graph, Model, Node } from '../model.ts';
import { removeUnused } from './remove-unused.ts';

/** Where onnxruntime's MultiHeadAttention reads which keys are padding. */
const maskInput = 4;

/**
 * The model for inputs without padding, whose `attention_mask` [batch, length] is 1 everywhere: each MultiHeadAttention of onnxruntime loses the mask that is made of it.
 * Without one onnxruntime computes attention block by block, as FlashAttention does, and never holds all scores: the same sums in another order.
 * `attention_mask` stays an input: it is of the model's interface. Undefined where no attention has such a mask.
 */
export function unpadded(model: Model): Model | undefined {
  const masks = masksOf(model.graph);
  let found = false;
  const nodes = model.graph.nodes.map((each) => {
    if (!isAttention(each) || !masks.has(each.inputs[maskInput])) return each;
    found = true;
    return { ...each, inputs: withoutMask(each.inputs) };
  });
  return found ? removeUnused({ ...model, graph: { ...model.graph, nodes } }) : undefined;
}

/** `attention_mask`, if it is an input of a value a token, and what only casts it. */
function masksOf(graph: Graph): Set<string> {
  const given = graph.inputs.filter(({ name, shape }) => name === 'attention_mask' && shape?.length === 2);
  const masks = new Set(given.map(({ name }) => name));
  for (const { op, domain, inputs, outputs } of graph.nodes) {
    if (op === 'Cast' && domain === '' && masks.has(inputs[0])) masks.add(outputs[0]);
  }
  return masks;
}

function isAttention({ op, domain }: Node): boolean {
  return op === 'MultiHeadAttention' && domain === 'com.microsoft';
}

/** Optional inputs at the end are left out, those before others are empty. */
function withoutMask(inputs: readonly string[]): string[] {
  const rest = inputs.with(maskInput, '');
  return rest.slice(0, rest.findLastIndex((name) => name !== '') + 1);
}
