import { describe, expect, it } from '@jest/globals';
import { tensorOf, writeModel } from '@retort/onnx';
import { onnxruntimeCpu } from '@retort/runtime';
import { differentiableOps, openvinoOps, webgpuOps } from '../ops/trace-ops.ts';
import { GraphTrace, type Value } from '../ops/tracer.ts';
import { type GradientCase, gradientError } from '../testing/finite-differences.ts';
import { backward, globalNorm } from './backward.ts';

const named = { lengths: { batch: 2, length: 3 } };

const cases: Record<string, GradientCase> = {
  add: {
    shapes: [
      [2, 3],
      [2, 3],
    ],
    build: (ops, [a, b]) => ops.add(a, b),
  },
  'add, broadcast along the front': {
    ...named,
    shapes: [['batch', 'length', 4], [4]],
    build: (ops, [a, b]) => ops.add(a, b),
  },
  'add, broadcast in the middle': {
    ...named,
    shapes: [
      ['batch', 1, 4],
      ['batch', 'length', 4],
    ],
    build: (ops, [a, b]) => ops.add(a, b),
  },
  sub: { shapes: [[2, 3], [3]], build: (ops, [a, b]) => ops.sub(a, b) },
  mul: {
    shapes: [
      [2, 3],
      [2, 1],
    ],
    build: (ops, [a, b]) => ops.mul(a, b),
  },
  'mul with itself': { shapes: [[5]], build: (ops, [a]) => ops.mul(a, a) },
  affine: { shapes: [[4]], build: (ops, [x]) => ops.affine(x, -2.5, 3) },
  'affine without factor': { shapes: [[4]], build: (ops, [x]) => ops.affine(x, 1, 3) },
  exp: { shapes: [[2, 3]], build: (ops, [x]) => ops.exp(x) },
  log: { shapes: [[2, 3]], prepare: (x) => Math.abs(x) + 0.5, build: (ops, [x]) => ops.log(x) },
  tanh: { shapes: [[2, 3]], build: (ops, [x]) => ops.tanh(x) },
  // Away from the kink, where a difference has no meaning.
  relu: { shapes: [[3, 4]], prepare: (x) => x + Math.sign(x) * 0.1, build: (ops, [x]) => ops.relu(x) },
  gelu: { shapes: [[4, 5]], prepare: (x) => 2 * x, build: (ops, [x]) => ops.gelu(x) },
  matmul: {
    shapes: [
      [2, 3, 4],
      [2, 4, 2],
    ],
    build: (ops, [a, b]) => ops.matmul(a, b),
  },
  'matmul, scaled and transposed': {
    ...named,
    shapes: [
      ['batch', 2, 'length', 3],
      ['batch', 2, 'length', 3],
    ],
    build: (ops, [a, b]) => ops.matmul(a, b, { transposeB: true, scale: 0.7 }),
  },
  'linear on a matrix': { shapes: [[3, 4], [2, 4], [2]], build: (ops, [x, w, b]) => ops.linear(x, w, b) },
  'linear on named axes': {
    ...named,
    shapes: [['batch', 'length', 4], [2, 4], [2]],
    build: (ops, [x, w, b]) => ops.linear(x, w, b),
  },
  softmax: { shapes: [[3, 4]], build: (ops, [x]) => ops.softmax(x) },
  logSoftmax: { shapes: [[3, 4]], build: (ops, [x]) => ops.logSoftmax(x) },
  attend: {
    ...named,
    shapes: [
      ['batch', 2, 'length', 'length'],
      ['batch', 2, 'length', 4],
    ],
    build: (ops, [scores, values]) => ops.attend(scores, values, 0),
  },
  layerNorm: {
    ...named,
    shapes: [['batch', 'length', 6], [6], [6]],
    build: (ops, [x, gamma, beta]) => ops.layerNorm(x, gamma, beta, 1e-5),
  },
  'gather, with an id that comes twice': {
    shapes: [[4, 3]],
    ids: { shape: [2, 2], values: [3, 1, 3, 0] },
    build: (ops, [table], ids) => ops.gather(table, ids),
  },
  headRows: {
    ...named,
    shapes: [
      [5, 2],
      ['batch', 'length'],
    ],
    build: (ops, [table, like]) => ops.add(ops.headRows(table, like, 1), ops.sum(like, [0, 1])),
  },
  slice: { ...named, shapes: [['batch', 'length', 4]], build: (ops, [x]) => ops.slice(x, 1, 1, 2) },
  transpose: { shapes: [[2, 3, 4]], build: (ops, [x]) => ops.transpose(x, [2, 0, 1]) },
  reshapeFrom: { ...named, shapes: [['batch', 'length', 6]], build: (ops, [x]) => ops.reshapeFrom(x, 2, [2, 3]) },
  expandDims: { ...named, shapes: [['batch', 'length']], build: (ops, [x]) => ops.expandDims(x, 1) },
  sum: { ...named, shapes: [['batch', 'length', 4]], build: (ops, [x]) => ops.sum(x, [1]) },
  'sum that keeps its axes': { shapes: [[2, 3]], build: (ops, [x]) => ops.sum(x, [0], true) },
  mean: { ...named, shapes: [['batch', 'length']], build: (ops, [x]) => ops.mean(x) },
};

describe('the gradient of each operation, against finite differences', () => {
  it.each(Object.keys(cases))('%s', async (name) => {
    expect(await gradientError(cases[name])).toBeLessThan(2e-4);
  });
});

describe('the gradient of the operations that WebGPU computes in its own way', () => {
  it.each(['matmul', 'matmul, scaled and transposed', 'logSoftmax', 'attend'])('%s', async (name) => {
    expect(await gradientError(cases[name], webgpuOps)).toBeLessThan(2e-4);
  });
});

describe('the gradient of the operations that OpenVINO computes in its own way', () => {
  it.each(['gelu', 'linear on a matrix', 'linear on named axes'])('%s', async (name) => {
    expect(await gradientError(cases[name], openvinoOps)).toBeLessThan(2e-4);
  });
});

describe('dropout', () => {
  it('passes the gradient through the same mask', async () => {
    const trace = new GraphTrace();
    const x = trace.input('x', 'float32', ['n']);
    let place = 0;
    const masks = { rate: 0.5, next: ({ shape }: Value) => trace.input(`mask${place++}`, 'float32', shape) };
    const ops = differentiableOps(trace, masks);
    const y = ops.dropout(ops.dropout(x, 0.5), 0.5);
    const [gradient] = backward(trace, ops.sum(y, [0]), [x]);
    const session = await onnxruntimeCpu.open(writeModel(trace.finish('test', { y, gradient })), { threads: 1 });
    const vector = (...data: number[]) => ({ type: 'float32', shape: [3], data: Float32Array.from(data) }) as const;
    const result = await session.run({ x: vector(1, 2, 3), mask0: vector(2, 0, 2), mask1: vector(0, 2, 2) });
    await session.close();
    expect([...result.y.data]).toEqual([0, 0, 12]);
    expect([...result.gradient.data]).toEqual([0, 0, 4]);
  });
});

describe('attend', () => {
  it('passes the gradient through the mask of its probabilities', async () => {
    const mask = Float32Array.from({ length: 36 }, (_, i) => (i % 5 < 2 ? 0 : 2));
    const masked = (trace: GraphTrace) => {
      const next = () => trace.initializer('mask', tensorOf('float32', [2, 2, 3, 3], mask));
      return differentiableOps(trace, { rate: 0.5, next });
    };
    const build: GradientCase['build'] = (ops, [scores, values]) => ops.attend(scores, values, 0.5);
    expect(await gradientError({ ...cases.attend, build }, masked)).toBeLessThan(2e-4);
  });
});

describe('backward', () => {
  it('adds up what comes back along several ways', async () => {
    const error = await gradientError({ shapes: [[3]], build: (ops, [x]) => ops.add(ops.mul(x, x), ops.exp(x)) });
    expect(error).toBeLessThan(2e-4);
  });

  it('refuses a loss that is no scalar', () => {
    const trace = new GraphTrace();
    const x = trace.input('x', 'float32', [3]);
    expect(() => backward(trace, x, [x])).toThrow('only a scalar has a gradient here, not a tensor of shape [3]');
  });

  it('names a value that the loss does not depend on', () => {
    const trace = new GraphTrace();
    const ops = differentiableOps(trace);
    const [x, other] = [trace.input('x', 'float32', [3]), trace.input('other', 'float32', [3])];
    expect(() => backward(trace, ops.sum(x, [0]), [other])).toThrow('the loss does not depend on other');
  });
});

describe('matmul', () => {
  it('has no gradient for a matrix that all texts share', () => {
    const trace = new GraphTrace();
    const ops = differentiableOps(trace);
    const [a, b] = [trace.input('a', 'float32', [2, 3, 4]), trace.input('b', 'float32', [4, 2])];
    const loss = ops.sum(ops.matmul(a, b), [0, 1, 2]);
    expect(() => backward(trace, loss, [b])).toThrow('no gradient for a matrix that all leading axes share');
  });
});

describe('globalNorm', () => {
  it('is the Euclidean norm of all tensors together', async () => {
    const trace = new GraphTrace();
    const values = [trace.input('a', 'float32', [2]), trace.input('b', 'float32', [1, 1])];
    const session = await onnxruntimeCpu.open(writeModel(trace.finish('test', { norm: globalNorm(trace, values) })));
    const { norm } = await session.run({
      a: { type: 'float32', shape: [2], data: Float32Array.of(2, 3) },
      b: { type: 'float32', shape: [1, 1], data: Float32Array.of(6) },
    });
    await session.close();
    expect(norm.data[0]).toBe(7);
  });
});
