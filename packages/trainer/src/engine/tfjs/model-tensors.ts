import type { Tensor } from '@tensorflow/tfjs';
import type { Batch } from '../../data/batches.ts';
import type { LastLayerRows } from '../../model/attention.ts';
import type { ModelConfig } from '../../model/config.ts';
import { classify, type ModelOutputs } from '../../model/encoder.ts';
import { type Parameters, wordTableName } from '../../model/parameters.ts';
import type { Ops } from '../../ops/ops.ts';
import type { TensorFlow } from './load.ts';

/** Tensors by the names of the parameters. */
export type ModelTensors = ReadonlyMap<string, Tensor>;

/** Every parameter but the word table, copied to the device. */
export function denseTensors(tf: TensorFlow, config: ModelConfig, parameters: Parameters): ModelTensors {
  const words = wordTableName(config);
  return new Map(
    [...parameters]
      .filter(([name]) => name !== words)
      .map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape])]),
  );
}

/** The rows of the word table that a batch needs, in the order of its `uniqueIds`: [unique, H]. */
export function wordRowsTensor(tf: TensorFlow, config: ModelConfig, parameters: Parameters, batch: Batch): Tensor {
  const table = parameters.get(wordTableName(config))?.data;
  if (table === undefined) throw new Error('the model has no word table');
  const { hidden } = config;
  const rows = new Float32Array(batch.uniqueIds.length * hidden);
  batch.uniqueIds.forEach((id, i) => {
    rows.set(table.subarray(Number(id) * hidden, (Number(id) + 1) * hidden), i * hidden);
  });
  return tf.tensor(rows, [batch.uniqueIds.length, hidden]);
}

/** The forward pass of a batch, and its mask [B, L]; the word table in `tensors` is its rows alone. */
export function batchOutputs(
  tf: TensorFlow,
  ops: Ops<Tensor>,
  config: ModelConfig,
  tensors: ModelTensors,
  batch: Batch,
  options: { readonly dropout: number; readonly rows?: LastLayerRows },
): { outputs: ModelOutputs<Tensor>; mask: Tensor } {
  const parameter = (name: string) => tensorOf(tensors, name);
  const shape: [number, number] = [batch.size, batch.length];
  const tokens = tf.tensor2d(Int32Array.from(batch.tokens, Number), shape, 'int32');
  const words = ops.gather(parameter(wordTableName(config)), tokens);
  const mask = tf.tensor2d(batch.mask, shape);
  const { dropout, rows } = options;
  return { outputs: classify(ops, config, parameter, { words, attentionMask: mask }, dropout, rows), mask };
}

export function tensorOf(tensors: ModelTensors, name: string): Tensor {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw new Error(`the model has no parameter "${name}"`);
  return tensor;
}

/**
 * Runs `compute` and then lets go of every tensor that it made. `tf.tidy` would look for tensors in the result, element by
 * element of each array.
 */
export function scoped<R>(tf: TensorFlow, compute: () => R): R {
  tf.engine().startScope();
  try {
    return compute();
  } finally {
    tf.engine().endScope();
  }
}

/** A copy of a tensor's elements: what TensorFlow.js hands out may be memory that it uses again. */
export function copyOf(tensor: Tensor): Float32Array {
  return Float32Array.from(tensor.dataSync());
}
