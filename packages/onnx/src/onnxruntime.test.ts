import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { inferShapes } from './infer-shapes.ts';
import type { Model, ValueInfo } from './model.ts';
import { float, int, ints, node, tensor } from './node.ts';
import { readModel } from './read.ts';
import { foldConstants, gemmToMatMul, removeUnused, topologicalOrder } from './rewrite/index.ts';
import { tensorOf } from './tensor.ts';
import { writeModel } from './write.ts';

async function run(model: Model, feeds: Record<string, Tensor>): Promise<Record<string, number[]>> {
  const session = await InferenceSession.create(writeModel(model), { intraOpNumThreads: 1, logSeverityLevel: 3 });
  const results = await session.run(feeds);
  await session.release();
  return Object.fromEntries(Object.entries(results).map(([name, value]) => [name, Array.from(value.data, Number)]));
}

const numbers = (count: number) => Float32Array.from({ length: count }, (_, i) => Math.sin(i + 1));

describe('models that writeModel writes', () => {
  it('compute in onnxruntime what their nodes say', async () => {
    // y = relu(x) . w^T + b, the weight in a Constant node and turned twice on its way.
    const model: Model = {
      irVersion: 9,
      producer: 'retort',
      opsets: { '': 17, 'com.microsoft': 1 },
      metadata: { task: 'test' },
      graph: {
        name: 'linear',
        inputs: [{ name: 'x', type: 'float32', shape: ['batch', 2] }],
        outputs: [{ name: 'y', type: 'float32', shape: ['batch', 1] }],
        initializers: new Map([['b', tensorOf('float32', [1], [0.5])]]),
        nodes: [
          node('Constant', [], ['w'], { value: tensor(tensorOf('float32', [1, 2], [3, 4])) }),
          node('Transpose', ['w'], ['w1'], { perm: ints([1, 0]) }),
          node('Transpose', ['w1'], ['w2']),
          node('Relu', ['x'], ['r']),
          node('Gemm', ['r', 'w2', 'b'], ['y'], { transB: int(1), alpha: float(1) }),
        ],
        values: [{ name: 'r', type: 'float32', shape: ['batch', 2] }],
      },
    };
    const feeds = { x: new Tensor('float32', Float32Array.of(1, 2, -1, 1), [2, 2]) };
    expect((await run(model, feeds)).y).toEqual([11.5, 4.5]);
    const rewritten = removeUnused(gemmToMatMul(foldConstants(model)));
    expect(rewritten.graph.nodes.map((made) => made.op)).toEqual(['Relu', 'MatMul', 'Add']);
    expect((await run(rewritten, feeds)).y).toEqual([11.5, 4.5]);
  });

  it('compute the same after rewriting, value by value', async () => {
    const model = readModel(readFileSync(new URL('../golden/every-operator.onnx', import.meta.url)));
    // Every value between the nodes becomes an output, of the type and shape that we infer: onnxruntime checks them, too.
    const inferred = inferShapes(model);
    const outputs = model.graph.nodes
      .flatMap((made) => made.outputs)
      .flatMap((name): ValueInfo[] => {
        const { type, shape } = inferred.get(name) ?? {};
        return type === undefined ? [] : [{ name, type, shape }];
      });
    const open = { ...model, graph: { ...model.graph, outputs } };
    const rewritten = topologicalOrder(removeUnused(foldConstants(gemmToMatMul(open))));
    const feeds = {
      x: new Tensor('float32', numbers(2 * 5 * 8), [2, 5, 8]),
      ids: new Tensor(
        'int64',
        BigInt64Array.from({ length: 10 }, (_, i) => BigInt(i)),
        [2, 5],
      ),
      row: new Tensor('float32', numbers(16), [2, 8]),
    };
    const before = await run(open, feeds);
    const after = await run(rewritten, feeds);
    expect(Object.keys(after)).toEqual(outputs.map((output) => output.name));
    // Gemm and MatMul may round their sums in another order.
    const [{ Gemm0_0: product, ...others }, { Gemm0_0: rewrittenProduct, ...rewrittenOthers }] = [before, after];
    expect(rewrittenOthers).toEqual(others);
    rewrittenProduct.forEach((value, i) => {
      expect(value).toBeCloseTo(product[i], 5);
    });
  });
});
