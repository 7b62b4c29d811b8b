import { describe, expect, it } from '@jest/globals';
import { checkModel, writeModel } from '@retort/onnx';
import { onnxruntimeCpu } from '@retort/runtime';
import { collate } from '../data/batches.ts';
import { studentFromTeacher } from '../model/student.ts';
import { openvinoOps } from '../ops/trace-ops.ts';
import { frozenParameters } from '../optimizer/parameter-groups.ts';
import { goldenModel, goldenTensors, plainEngine, relativeError } from '../testing/golden.ts';
import { evaluationGraph, exportGraph, trainingGraph } from './graphs.ts';

const bert = goldenModel('bert-gradient');
const texts = [Int32Array.of(2, 8, 57, 21, 59, 38, 3), Int32Array.of(2, 25, 50, 3)];

async function exportedLogits(model: typeof bert, ids: readonly Int32Array[]): Promise<Float32Array> {
  const session = await onnxruntimeCpu.open(writeModel(exportGraph(model.config, model.parameters)), { threads: 1 });
  const length = Math.max(...ids.map((row) => row.length));
  const flat = (value: (row: Int32Array, i: number) => number) =>
    BigInt64Array.from(ids.flatMap((row) => Array.from({ length }, (_, i) => BigInt(value(row, i)))));
  const shape = [ids.length, length];
  const inputs = {
    input_ids: { type: 'int64', shape, data: flat((row, i) => row[i] ?? 0) },
    attention_mask: { type: 'int64', shape, data: flat((row, i) => (i < row.length ? 1 : 0)) },
    token_type_ids: { type: 'int64', shape, data: flat(() => 0) },
  } as const;
  const given = Object.fromEntries(Object.entries(inputs).filter(([name]) => session.inputNames.includes(name)));
  const { logits } = await session.run(given);
  await session.close();
  return Float32Array.from(logits.data, Number);
}

async function trainerLogits(model: typeof bert): Promise<Float32Array> {
  const engine = await plainEngine(model, { hard: 1, soft: 0, temperature: 1 });
  const logits = await engine.logits(collate(texts, [0, 1], 0));
  await engine.close();
  return logits;
}

describe('exportGraph', () => {
  it.each(['bert-gradient', 'distilbert-gradient'])('gives the logits of the trainer (%s)', async (set) => {
    const model = goldenModel(set);
    expect(relativeError(await exportedLogits(model, texts), await trainerLogits(model))).toBeLessThan(1e-5);
  });

  it('is made of standard operators alone, so that every runtime opens it', () => {
    const { opsets, graph } = exportGraph(bert.config, bert.parameters);
    expect(opsets).toEqual({ '': 17 });
    expect(graph.nodes.every(({ domain }) => domain === '')).toBe(true);
  });

  it('has weights that are laid out for MatMul, with nothing left to transpose', () => {
    const { initializers, nodes } = exportGraph(bert.config, bert.parameters).graph;
    const constants = nodes.filter(({ op, inputs }) => op === 'Transpose' && initializers.has(inputs[0]));
    expect(constants).toEqual([]);
  });
});

describe('the graphs', () => {
  it.each([
    ['training', () => trainingGraph(bert.config, { hard: 0.5, soft: 0.5, temperature: 2 }, 0.1)],
    ['evaluation', () => evaluationGraph(bert.config)],
    ['exported', () => exportGraph(bert.config, bert.parameters)],
  ])('are well formed: %s', (_, make) => {
    expect(() => checkModel(make())).not.toThrow();
  });
});

describe('trainingGraph for OpenVINO', () => {
  const { nodes } = trainingGraph(bert.config, { hard: 1, soft: 0, temperature: 1 }, 0.1, new Set(), openvinoOps).graph;

  // OpenVINO computes in fp32 from an output up to the next product.
  it('has a product right before each gradient of a bias of a linear layer', () => {
    const makerOf = (name: string) => nodes.find(({ outputs }) => outputs.includes(name));
    const gradients = nodes.flatMap(({ outputs }) =>
      outputs.filter((name) => /^gradient:.*(query|key|value|dense|classifier)\.bias$/.test(name)),
    );
    expect(gradients).toHaveLength(6 * 2 + 2);
    const makers = gradients.map((name) => makerOf(makerOf(name)?.inputs[0] ?? '')?.op);
    expect(new Set(makers)).toEqual(new Set(['MatMul']));
  });

  it('has no HardSigmoid, which OpenVINO computes slowly', () => {
    expect(nodes.filter(({ op }) => op === 'HardSigmoid')).toEqual([]);
  });
});

describe('trainingGraph with frozen parameters', () => {
  const losses = { hard: 1, soft: 0, temperature: 1 };
  const graphWith = (freeze?: 'embeddings' | number) =>
    trainingGraph(bert.config, losses, 0.1, frozenParameters(bert.config, { weightDecay: 0, freeze })).graph;
  const gradients = (graph: ReturnType<typeof graphWith>) =>
    graph.outputs.map(({ name }) => name).filter((name) => name.startsWith('gradient:'));

  it('gives no gradient of them', () => {
    const names = gradients(graphWith(1));
    expect(names).toHaveLength(16 + 4);
    expect(names.filter((name) => /embeddings|layer\.0/.test(name))).toEqual([]);
  });

  /** How many nodes read a parameter. */
  const reads = ({ nodes }: ReturnType<typeof graphWith>, name: string) =>
    nodes.filter(({ inputs }) => inputs.includes(name)).length;

  it.each([
    ['bert.encoder.layer.0.output.dense.weight', 1, 0],
    ['bert.encoder.layer.1.attention.self.key.weight', 1, 0],
    ['bert.encoder.layer.1.output.dense.weight', 1, 1],
    ['bert.encoder.layer.0.attention.self.key.weight', 'embeddings', 0],
    ['bert.encoder.layer.0.output.dense.weight', 'embeddings', 1],
  ] as const)(
    'computes nothing below the lowest trained layer: %s is read with freeze %p',
    (name, freeze, backwards) => {
      // Backwards a weight is read for the gradient of what came into it.
      expect(reads(graphWith(freeze), name) - reads(evaluationGraph(bert.config).graph, name)).toBe(backwards);
    },
  );

  it('has fewer nodes the more is frozen', () => {
    const counts = [undefined, 'embeddings' as const, 1].map((freeze) => graphWith(freeze).nodes.length);
    expect(counts).toEqual([...new Set(counts)].sort((a, b) => b - a));
  });

  it('is well formed', () => {
    const frozen = frozenParameters(bert.config, { weightDecay: 0, freeze: 1 });
    expect(() => checkModel(trainingGraph(bert.config, losses, 0.1, frozen))).not.toThrow();
  });
});

describe('studentFromTeacher', () => {
  const student = studentFromTeacher(bert, [1]);

  it('takes the layers, the embeddings and the head of the teacher', () => {
    const weights = (name: string) => student.parameters.get(name)?.data;
    const teacher = goldenTensors('bert-gradient/model.safetensors');
    const same: [string, string][] = [
      ['distilbert.embeddings.word_embeddings.weight', 'bert.embeddings.word_embeddings.weight'],
      ['distilbert.transformer.layer.0.ffn.lin1.weight', 'bert.encoder.layer.1.intermediate.dense.weight'],
      ['pre_classifier.weight', 'bert.pooler.dense.weight'],
      ['classifier.bias', 'classifier.bias'],
    ];
    for (const [mine, theirs] of same) expect(weights(mine)).toEqual(teacher.get(theirs)?.data);
  });

  it("adds the teacher's first segment to the positions", () => {
    const teacher = goldenTensors('bert-gradient/model.safetensors');
    const position = teacher.get('bert.embeddings.position_embeddings.weight')?.data ?? [];
    const segment = teacher.get('bert.embeddings.token_type_embeddings.weight')?.data ?? [];
    const mine = student.parameters.get('distilbert.embeddings.position_embeddings.weight')?.data ?? [];
    expect(mine[17]).toBe(Math.fround(position[17] + segment[1]));
  });

  it("has DistilBERT's epsilon, whatever the teacher's", () => {
    const other = { ...bert, config: { ...bert.config, epsilon: 1e-6 } };
    expect(studentFromTeacher(other, [0]).config.epsilon).toBe(1e-12);
  });

  it('leaves the teacher as it was', () => {
    expect(bert.parameters).toEqual(goldenModel('bert-gradient').parameters);
  });
});
