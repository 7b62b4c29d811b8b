import { type Model, writeModel } from '@retort/onnx';
import { type HostTensor, onnxruntimeCpu } from '@retort/runtime';

/** Logits [texts, labels] of one batch: ids of each text, padded to the longest by 0, which the mask leaves out. */
export async function logitsOf(model: Model, texts: readonly (readonly number[])[]): Promise<number[][]> {
  const length = Math.max(...texts.map((ids) => ids.length));
  const tensor = (pick: (ids: readonly number[], i: number) => number): HostTensor => {
    const rows = texts.flatMap((ids) => Array.from({ length }, (_, i) => BigInt(pick(ids, i))));
    return { type: 'int64', shape: [texts.length, length], data: BigInt64Array.from(rows) };
  };
  const all: Record<string, HostTensor> = {
    input_ids: tensor((ids, i) => ids[i] ?? 0),
    attention_mask: tensor((ids, i) => (i < ids.length ? 1 : 0)),
    token_type_ids: tensor((_, i) => (i % 3 === 0 ? 1 : 0)),
  };
  const { logits } = await runModel(model, Object.fromEntries(model.graph.inputs.map(({ name }) => [name, all[name]])));
  const labels = logits.shape[1];
  return texts.map((_, i) => Array.from(logits.data.slice(i * labels, (i + 1) * labels), Number));
}

/** Runs a model once, on one thread. */
export async function runModel(model: Model, inputs: Record<string, HostTensor>): Promise<Record<string, HostTensor>> {
  const session = await onnxruntimeCpu.open(writeModel(model), { threads: 1 });
  try {
    return await session.run(inputs);
  } finally {
    await session.close();
  }
}
