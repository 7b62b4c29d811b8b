import type { Tensor } from '@tensorflow/tfjs';
import type { Batch } from '../../data/batches.ts';
import { trainingLoss } from '../../losses/losses.ts';
import { lastLayerRows } from '../../losses/terms.ts';
import type { ModelConfig } from '../../model/config.ts';
import { type ModelOutput, outputName, pickOutput, rowsFor } from '../../model/outputs.ts';
import { type Parameters, wordTableName } from '../../model/parameters.ts';
import { type DropoutPool, dropoutPool } from '../dropout-pool.ts';
import type { EngineOptions, Evaluator, Gradients, Targets, TrainingEngine } from '../engine.ts';
import { type EagerMasks, eagerOps } from './eager-ops.ts';
import type { TensorFlow } from './load.ts';
import {
  batchOutputs,
  copyOf,
  denseTensors,
  type ModelTensors,
  scoped,
  tensorOf,
  wordRowsTensor,
} from './model-tensors.ts';

/**
 * Trains by computing the model at once on TensorFlow.js, with the gradients of its own autodiff. The parameters are
 * copied to the device for each step and the gradients back, because our optimizer works in JavaScript's memory.
 */
export function createTfjsEngine(tf: TensorFlow, options: EngineOptions): TrainingEngine {
  return new TfjsEngine(tf, options);
}

/** Some outputs of a model, logits by default, without a step in between: the parameters are copied to the device once. */
export function createTfjsEvaluator(
  tf: TensorFlow,
  config: ModelConfig,
  parameters: Parameters,
  wanted: readonly ModelOutput[] = [{ kind: 'logits' }],
): Evaluator {
  const dense = denseTensors(tf, config, parameters);
  return {
    logits: async (batch) => scoped(tf, () => evaluate(tf, config, parameters, dense, batch)),
    outputs: async (batch) =>
      scoped(tf, () => {
        const tensors = new Map([...dense, [wordTableName(config), wordRowsTensor(tf, config, parameters, batch)]]);
        const options = { dropout: 0, rows: rowsFor(config, wanted) };
        const ops = eagerOps(tf);
        const { outputs } = batchOutputs(tf, ops, config, tensors, batch, options);
        return new Map(wanted.map((output) => [outputName(output), copyOf(pickOutput(ops, outputs, output))]));
      }),
    close: async () => tf.dispose([...dense.values()]),
  };
}

class TfjsEngine implements TrainingEngine {
  readonly #tf: TensorFlow;
  readonly #options: EngineOptions;
  readonly #words: string;
  readonly #dense: ReadonlyMap<string, Float32Array>;
  readonly #dropout: DropoutPool;
  /** The values of `#dropout` on the device. */
  #pool: Tensor | undefined;

  constructor(tf: TensorFlow, options: EngineOptions) {
    this.#tf = tf;
    this.#options = options;
    this.#dropout = dropoutPool(options);
    this.#words = wordTableName(options.config);
    this.#dense = new Map(
      [...options.parameters]
        .filter(([name]) => name !== this.#words && options.frozen?.has(name) !== true)
        .map(([name, { data }]) => [name, new Float32Array(data.length)]),
    );
  }

  startEpoch(epoch: number): void {
    if (this.#dropout.rate === 0) return;
    this.#dropout.startEpoch(epoch);
    this.#pool?.dispose();
    this.#pool = this.#tf.tensor1d(this.#dropout.values);
  }

  async gradients(batch: Batch, targets: Targets, step: number): Promise<Gradients> {
    return scoped(this.#tf, () => this.#step(batch, targets, step));
  }

  async logits(batch: Batch): Promise<Float32Array> {
    const { config, parameters } = this.#options;
    return scoped(this.#tf, () => {
      const dense = denseTensors(this.#tf, config, parameters);
      return evaluate(this.#tf, config, parameters, dense, batch);
    });
  }

  #step(batch: Batch, targets: Targets, step: number): Gradients {
    const tf = this.#tf;
    const { config, parameters, losses, dropout, frozen } = this.#options;
    const labels = tf.tensor(targets.labels, [batch.size, config.labels.length]);
    const teacher = new Map([...targets.teacher].map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape])]));
    const masks = this.#masks(step);

    const words = wordRowsTensor(tf, config, parameters, batch);
    const all = new Map([...denseTensors(tf, config, parameters), [this.#words, words]]);
    const trained = [...all].filter(([name]) => frozen?.has(name) !== true);
    const { value, grads } = tf.valueAndGrads((...values) => {
      const ops = eagerOps(tf, masks);
      const given = new Map([...all, ...trained.map(([name], i) => [name, values[i]] as const)]);
      const rows = lastLayerRows(losses, config.layers);
      const forward = batchOutputs(tf, ops, config, given, batch, { dropout, rows });
      return trainingLoss(ops, losses, { ...forward, labels, teacher, parameter: (name) => tensorOf(given, name) });
    })(trained.map(([, tensor]) => tensor));

    const gradients = new Map(trained.map(([name], i) => [name, grads[i]]));
    for (const [name, data] of this.#dense) {
      const gradient = gradients.get(name);
      if (gradient !== undefined) data.set(gradient.dataSync());
    }
    const wordRows = gradients.get(this.#words);
    return {
      loss: copyOf(value)[0],
      norm: copyOf(globalNorm(tf, grads))[0],
      dense: this.#dense,
      rows: wordRows === undefined ? [] : Array.from(batch.uniqueIds, Number),
      wordRows: wordRows === undefined ? new Float32Array(0) : copyOf(wordRows),
    };
  }

  #masks(step: number): EagerMasks | undefined {
    const tf = this.#tf;
    const { rate } = this.#dropout;
    if (rate === 0) return undefined;
    const pool = this.#pool;
    if (pool === undefined) throw new Error('no epoch has been started');
    const start = this.#dropout.starts(step);
    return {
      rate,
      next: (shape) => {
        const size = tf.util.sizeFromShape(shape);
        return tf.reshape(tf.slice(pool, [start(size)], [size]), shape);
      },
    };
  }

  async close(): Promise<void> {
    this.#pool?.dispose();
    this.#pool = undefined;
  }
}

function evaluate(
  tf: TensorFlow,
  config: ModelConfig,
  parameters: Parameters,
  dense: ModelTensors,
  batch: Batch,
): Float32Array {
  const tensors = new Map([...dense, [wordTableName(config), wordRowsTensor(tf, config, parameters, batch)]]);
  return copyOf(batchOutputs(tf, eagerOps(tf), config, tensors, batch, { dropout: 0 }).outputs.logits);
}

/** Euclidean norm of some gradients together. */
function globalNorm(tf: TensorFlow, gradients: readonly Tensor[]): Tensor {
  return tf.sqrt(tf.addN(gradients.map((gradient) => tf.sum(tf.square(gradient)))));
}
