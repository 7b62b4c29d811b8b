import { describe, expect, it } from '@jest/globals';
import { checkModel, type Model, type Node } from '@retort/onnx';
import { bertLike, tinyConfig } from '../testing/bert-like.ts';
import { logitsOf } from '../testing/run-model.ts';
import { fuseAttention } from './attention.ts';

const model = bertLike();
const fusedOf = (source: Model) => fuseAttention(source).graph.nodes.filter(({ op }) => op === 'MultiHeadAttention');

/** The model with each node as `change` gives it. */
function withNodes(source: Model, change: (node: Node) => Node): Model {
  return { ...source, graph: { ...source.graph, nodes: source.graph.nodes.map(change) } };
}

describe('fuseAttention', () => {
  it('writes one MultiHeadAttention for each layer, with heads, scale and what padding adds', () => {
    const fused = fusedOf(model);
    expect(fused).toHaveLength(tinyConfig.layers);
    expect(fused[0].attributes).toEqual({
      num_heads: { kind: 'int', value: 2 },
      scale: { kind: 'float', value: 0.25 },
      mask_filter_value: { kind: 'float', value: -10_000 },
    });
    expect(() => checkModel(fuseAttention(model))).not.toThrow();
  });

  it('gives the same logits, padding included', async () => {
    const texts = [[5, 6, 7], [8], [9, 10, 11, 12, 13, 14, 15, 16, 17]];
    const [plain, fused] = [await logitsOf(model, texts), await logitsOf(fuseAttention(model), texts)];
    fused.flat().forEach((value, i) => {
      expect(value).toBeCloseTo(plain.flat()[i], 4);
    });
  });

  it('leaves nothing of the plain operators behind', () => {
    const ops = fuseAttention(model).graph.nodes.map(({ op }) => op);
    expect(ops.filter((op) => ['Softmax', 'Unsqueeze', 'Reshape'].includes(op))).toEqual([]);
  });

  it.each<[string, (node: Node) => Node]>([
    [
      'a softmax over another axis',
      (each) => (each.op === 'Softmax' ? { ...each, attributes: { axis: { kind: 'int', value: 1 } } } : each),
    ],
    ['a bias that no mask makes', (each) => (each.op === 'Cast' ? { ...each, inputs: ['input_ids'] } : each)],
    [
      'heads that stay where they are',
      (each) =>
        each.op === 'Transpose' &&
        each.attributes.perm.kind === 'ints' &&
        each.attributes.perm.value.join() === '0,2,1,3'
          ? { ...each, attributes: { perm: { kind: 'ints', value: [0, 1, 2, 3] } } }
          : each,
    ],
  ])('leaves %s alone', (_, change) => {
    expect(fusedOf(withNodes(model, change))).toEqual([]);
  });

  it('leaves the last layer alone where [CLS] attends by itself', () => {
    expect(fusedOf(bertLike({ ...tinyConfig, clsAlone: true }))).toHaveLength(tinyConfig.layers - 1);
  });

  it('leaves an attention alone whose probabilities are given out', () => {
    const softmax = model.graph.nodes.find(({ op }) => op === 'Softmax')?.outputs[0] ?? '';
    const outputs = [...model.graph.outputs, { name: softmax, type: 'float32' } as const];
    expect(fusedOf({ ...model, graph: { ...model.graph, outputs } })).toHaveLength(tinyConfig.layers - 1);
  });
});
