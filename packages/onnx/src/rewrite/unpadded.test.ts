import { describe, expect, it } from '@jest/globals';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { checkModel } from '../check-model.ts';
import { elementCode } from '../elements.ts';
import type { Model, Node } from '../model.ts';
import { float, int, node } from '../node.ts';
import { modelOf } from '../testing/small-model.ts';
import { writeModel } from '../write.ts';
import { unpadded } from './unpadded.ts';

const cast = node('Cast', ['attention_mask'], ['mask'], { to: int(elementCode('int32')) });
const attend = (inputs: string[]) =>
  node('MultiHeadAttention', inputs, ['y'], { num_heads: int(2), scale: float(0.3) }, { domain: 'com.microsoft' });

/** Attention of x [batch, length, 8] to itself. */
function attentionModel(nodes: readonly Node[] = [cast, attend(['x', 'x', 'x', '', 'mask'])]): Model {
  const model = modelOf(
    nodes,
    {},
    {
      inputs: [
        { name: 'x', type: 'float32', shape: ['batch', 'length', 8] },
        { name: 'attention_mask', type: 'int64', shape: ['batch', 'length'] },
      ],
      outputs: [{ name: 'y', type: 'float32', shape: ['batch', 'length', 8] }],
    },
  );
  return { ...model, opsets: { '': 17, 'com.microsoft': 1 } };
}

async function run(model: Model): Promise<number[]> {
  const session = await InferenceSession.create(writeModel(model), { logSeverityLevel: 3 });
  const [batch, length] = [2, 37];
  const x = Float32Array.from({ length: batch * length * 8 }, (_, i) => Math.sin(i * i));
  const ones = new BigInt64Array(batch * length).fill(1n);
  const feeds = {
    x: new Tensor('float32', x, [batch, length, 8]),
    attention_mask: new Tensor('int64', ones, [batch, length]),
  };
  const { y } = await session.run(feeds);
  return [...(y.data as Float32Array)];
}

describe('unpadded', () => {
  it('takes the mask out of attention', () => {
    const result = unpadded(attentionModel());
    expect(result?.graph.nodes).toEqual([attend(['x', 'x', 'x'])]);
    expect(result?.graph.inputs).toEqual(attentionModel().graph.inputs);
    expect(() => result && checkModel(result)).not.toThrow();
  });

  it('gives what the model gives where nothing is padding', async () => {
    const model = attentionModel();
    const [theirs, ours] = [await run(model), await run(unpadded(model) ?? model)];
    for (const [i, value] of ours.entries()) expect(value).toBeCloseTo(theirs[i], 5);
  });

  it('keeps the inputs of attention behind the mask where they are', () => {
    const result = unpadded(attentionModel([cast, attend(['x', 'x', 'x', '', 'mask', 'x'])]));
    expect(result?.graph.nodes).toEqual([attend(['x', 'x', 'x', '', '', 'x'])]);
  });

  it.each([
    ['attention has no mask', [attend(['x', 'x', 'x'])]],
    ['the mask is made otherwise', [node('Not', ['attention_mask'], ['mask']), attend(['x', 'x', 'x', '', 'mask'])]],
    ['there is no attention', [node('Relu', ['x'], ['y'])]],
  ])('is undefined where %s', (_, nodes) => {
    expect(unpadded(attentionModel(nodes))).toBeUndefined();
  });
});
