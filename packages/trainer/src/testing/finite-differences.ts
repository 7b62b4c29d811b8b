import { type Shape, writeModel } from '@retort/onnx';
import { type HostTensor, onnxruntimeCpu, type Tensors } from '@retort/runtime';
import { Random } from '@retort/shared';
import { backward } from '../autodiff/backward.ts';
import type { Ops } from '../ops/ops.ts';
import { differentiableOps } from '../ops/trace-ops.ts';
import { GraphTrace, type Value } from '../ops/tracer.ts';

export interface GradientCase {
  /** Shapes of the inputs as the graph knows them: names for lengths that it does not. */
  readonly shapes: readonly Shape[];
  /** What each name stands for in the run. */
  readonly lengths?: Readonly<Record<string, number>>;
  /** Inputs are drawn from a normal distribution, and then changed by this. */
  readonly prepare?: (x: number, input: number) => number;
  /** Whole numbers that the operation is given as well, such as the ids of a gather. */
  readonly ids?: { readonly shape: readonly number[]; readonly values: readonly number[] };
  readonly build: (ops: Ops<Value>, inputs: readonly Value[], ids: Value) => Value;
}

const step = 1 / 64;

/**
 * The largest difference between the gradient of a random weighted sum of the result, as autodiff has it, and
 * fourth-order central differences of the same sum, relative to the largest gradient. The sum is taken in float64, so
 * that the rounding of single float32 elements is all that blurs it.
 */
export async function gradientError(
  { shapes, lengths = {}, prepare = (x) => x, ids, build }: GradientCase,
  makeOps: (trace: GraphTrace) => Ops<Value> = differentiableOps,
): Promise<number> {
  const trace = new GraphTrace();
  const inputs = shapes.map((shape, i) => trace.input(`x${i}`, 'float32', shape));
  const idInput = ids === undefined ? trace.integers([0]) : trace.input('ids', 'int64', ids.shape);
  const ops = makeOps(trace);
  const y = build(ops, inputs, idInput);
  const weights = trace.input('weights', 'float32', y.shape);
  const loss = ops.sum(
    ops.mul(y, weights),
    y.shape.map((_, axis) => axis),
  );
  const gradients = backward(trace, loss, inputs);
  const outputs = Object.fromEntries(gradients.map((gradient, i) => [`g${i}`, gradient]));
  const session = await onnxruntimeCpu.open(writeModel(trace.finish('test', { y, ...outputs })), { threads: 1 });

  const random = new Random(11);
  const sizes = (shape: Shape) => shape.map((length) => (typeof length === 'number' ? length : lengths[length]));
  const draw = (shape: Shape, change: (x: number) => number): HostTensor<Float32Array> => {
    const actual = sizes(shape);
    const count = actual.reduce((a, b) => a * b, 1);
    return {
      type: 'float32',
      shape: actual,
      data: Float32Array.from({ length: count }, () => change(random.normal())),
    };
  };
  const data = shapes.map((shape, i) => draw(shape, (x) => prepare(x, i)));
  const w = draw(y.shape, (x) => x);
  const feeds: Tensors = {
    ...Object.fromEntries(data.map((tensor, i) => [`x${i}`, tensor])),
    weights: w,
    ...(ids === undefined
      ? {}
      : { ids: { type: 'int64', shape: ids.shape, data: BigInt64Array.from(ids.values, BigInt) } as const }),
  };
  const weightedSum = async () => {
    const result = await session.run(feeds, { outputs: ['y'] });
    return Array.from(result.y.data, Number).reduce((sum, value, i) => sum + value * w.data[i], 0);
  };

  const analytic = await session.run(feeds, { outputs: Object.keys(outputs) });
  let worst = 0;
  let largest = 1e-3;
  for (const [i, { data: elements }] of data.entries()) {
    for (let k = 0; k < elements.length; k++) {
      const original = elements[k];
      const at = async (offset: number) => {
        elements[k] = original + offset;
        return weightedSum();
      };
      const near = (await at(step)) - (await at(-step));
      const far = (await at(2 * step)) - (await at(-2 * step));
      elements[k] = original;
      const numeric = (8 * near - far) / (12 * step);
      largest = Math.max(largest, Math.abs(numeric));
      worst = Math.max(worst, Math.abs(numeric - Number(analytic[`g${i}`].data[k])));
    }
  }
  await session.close();
  return worst / largest;
}
