import { type Model, node, writeModel } from '@retort/onnx';
import type { Executor } from '@retort/runtime';
import { feeds } from '../report/score.ts';
import { linearInputs } from './layers.ts';
import type { ActivationRanges, Range } from './options.ts';

/**
 * Runs an fp32 model over texts, each alone, and gives the smallest and the largest value of each activation that a linear layer reads
 * (min-max calibration). Smallest and largest are found inside the graph: no activation leaves it.
 *
 * @param texts ids from `[CLS]` to `[SEP]`; of a text of several windows, each is one
 */
export async function calibrate(
  model: Model,
  texts: readonly Int32Array[],
  executor: Executor,
  options: { readonly threads?: number; onText?(done: number): void } = {},
): Promise<ActivationRanges> {
  const activations = linearInputs(model);
  const session = await executor.open(writeModel(withExtremes(model, activations)), { threads: options.threads });
  try {
    const ranges = new Map<string, Range>();
    for (const [done, ids] of texts.entries()) {
      const results = await session.run(feeds(session, ids));
      activations.forEach((name, i) => {
        const min = Number(results[`retort_min_${i}`].data[0]);
        const max = Number(results[`retort_max_${i}`].data[0]);
        const known = ranges.get(name) ?? { min, max };
        ranges.set(name, { min: Math.min(known.min, min), max: Math.max(known.max, max) });
      });
      options.onText?.(done + 1);
    }
    return ranges;
  } finally {
    await session.close();
  }
}

/** The model with two scalars more for each activation. */
function withExtremes(model: Model, activations: readonly string[]): Model {
  const { graph } = model;
  const extremes = activations.flatMap((name, i) =>
    (['Min', 'Max'] as const).map((which) => ({ which, name, output: `retort_${which.toLowerCase()}_${i}` })),
  );
  const reduce = extremes.map(({ which, name, output }) =>
    node(`Reduce${which}`, [name], [output], { keepdims: { kind: 'int', value: 0 } }),
  );
  const outputs = extremes.map(({ output }) => ({ name: output, type: 'float32', shape: [] }) as const);
  return {
    ...model,
    graph: { ...graph, nodes: [...graph.nodes, ...reduce], outputs: [...graph.outputs, ...outputs] },
  };
}
