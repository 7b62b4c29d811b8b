import { beforeAll, describe, expect, it } from '@jest/globals';
import { floatsOf, type Model, node, tensorOf } from '@retort/onnx';
import { gateSchema } from '@retort/shared';
import { bertLike } from '../testing/bert-like.ts';
import { makeSubject } from '../testing/gate-subject.ts';
import { saturating } from '../testing/saturating.ts';
import { quantizeBut, type Subject, scoreInputs } from './candidate.ts';
import { isSaturationSafe } from './saturation-safe.ts';
import { judge, logitChange, type Verdict } from './verdict.ts';

/** Weights of one size: in 8 bits all of them are 127 or -127, and any two of one sign saturate. */
function withLargeWeights(model: Model): Model {
  const initializers = new Map(
    [...model.graph.initializers].map(([name, value]) => {
      if (!/\d\.(query|key|value|attended|up|down)\.weight$/.test(name)) return [name, value];
      const size = 1 / Math.sqrt(value.shape[1]);
      return [
        name,
        tensorOf(
          'float32',
          value.shape,
          floatsOf(value).map((x) => (x < 0 ? -size : size)),
        ),
      ];
    }),
  );
  return { ...model, graph: { ...model.graph, initializers } };
}

describe('a processor that saturates, simulated', () => {
  let subject: Subject;
  let inputs: readonly Int32Array[];
  let parent: Float32Array;
  beforeAll(async () => {
    subject = await makeSubject(withLargeWeights(bertLike()));
    inputs = subject.texts.windows.flat();
    parent = await scoreInputs(subject, subject.model, inputs);
  });
  const quantized = (reduceRange: boolean) =>
    quantizeBut({ ...subject, options: { ...subject.options, reduceRange } }, []);
  const verdict = async (model: Model): Promise<Verdict> =>
    judge(
      parent,
      await scoreInputs(subject, model, inputs),
      subject.texts,
      gateSchema.parse({ meanLogitChange: 0.05 }),
    );

  it('computes as others do where no pair exceeds 16 bits', async () => {
    const twin = quantized(true);
    const [plain, simulated] = [
      await scoreInputs(subject, twin, inputs),
      await scoreInputs(subject, saturating(twin), inputs),
    ];
    expect(logitChange(plain, simulated).largest).toBeLessThan(1e-5);
  });

  it('breaks a model of 8-bit weights, which passes elsewhere', async () => {
    const model = quantized(false);
    expect((await verdict(model)).failures).toEqual([]);
    expect((await verdict(saturating(model))).failures).not.toEqual([]);
  });

  it('agrees with fp32 by the twin of 7-bit weights', async () => {
    expect((await verdict(saturating(quantized(true)))).failures).toEqual([]);
  });

  it('is what the model is marked unsafe for, and the twin safe', () => {
    expect([isSaturationSafe(quantized(false)), isSaturationSafe(quantized(true))]).toEqual([false, true]);
  });
});

describe('isSaturationSafe', () => {
  const product = (op: string, domain: string, weight: readonly number[], position = 1): Model => {
    const inputs = Array.from({ length: position }, (_, i) => `x${i}`);
    return {
      irVersion: 8,
      producer: 'test',
      opsets: { '': 17 },
      metadata: {},
      graph: {
        name: 'test',
        inputs: [],
        outputs: [],
        initializers: new Map([['w', tensorOf('int8', [weight.length / 2, 2], weight)]]), // [in, 2]
        nodes: [node(op, [...inputs, 'w'], ['y'], {}, { domain })],
        values: [],
      },
    };
  };

  it.each([
    ['a pair of a column at 16 bits', [64, 0, 64, 0], true],
    ['a pair above them', [65, 0, 64, 0], false],
    ['a pair below them', [0, -65, 0, -64], false],
    ['large weights of a pair with two signs', [127, 0, -127, 0], true],
    ['large weights in two pairs', [0, 0, 127, 0, 127, 0, 0, 0], true],
  ])('%s', (_, weight, safe) => {
    expect(isSaturationSafe(product('MatMulInteger', '', weight))).toBe(safe);
  });

  it.each([
    ['MatMulInteger', '', 1],
    ['QLinearMatMul', '', 3],
    ['MatMulIntegerToFloat', 'com.microsoft', 1],
    ['DynamicQuantizeMatMul', 'com.microsoft', 1],
    ['QGemm', 'com.microsoft', 3],
  ])('knows the weights of %s', (op, domain, position) => {
    expect(isSaturationSafe(product(op, domain, [127, 0, 127, 0], position))).toBe(false);
  });

  it('takes weights that are computed for unsafe', () => {
    const model = product('MatMulInteger', '', [0, 0, 0, 0]);
    expect(isSaturationSafe({ ...model, graph: { ...model.graph, initializers: new Map() } })).toBe(false);
  });

  it('looks into QDQ pairs only where the activation is an integer too', () => {
    const dequantize = (from: string, to: string) => node('DequantizeLinear', [from, 'scale'], [to]);
    const { graph, ...rest } = product('MatMul', '', [127, 0, 127, 0]);
    const weightsOnly = [dequantize('w', 'v'), node('MatMul', ['x', 'v'], ['y'])];
    const both = [dequantize('q', 'x'), ...weightsOnly];
    expect(isSaturationSafe({ ...rest, graph: { ...graph, nodes: weightsOnly } })).toBe(true);
    expect(isSaturationSafe({ ...rest, graph: { ...graph, nodes: both } })).toBe(false);
  });
});
