import { elementCount, type Model, type Shape, writeModel } from '@retort/onnx';
import type { Executor, Session, Tensors } from '@retort/runtime';
import { type Batch, mostTokens } from '../data/batches.ts';
import type { ModelConfig } from '../model/config.ts';
import type { ModelOutput } from '../model/outputs.ts';
import { type Parameters, wordTableName } from '../model/parameters.ts';
import { differentiableOps, openvinoOps } from '../ops/trace-ops.ts';
import { type DropoutPool, dropoutPool } from './dropout-pool.ts';
import type { EngineOptions, Evaluator, Gradients, Targets, TrainingEngine } from './engine.ts';
import { evaluationGraph, names, trainingGraph } from './graphs.ts';
import { openTraining, type TrainingSessions } from './training-sessions.ts';

/** Between two runs nothing else runs on this machine but the optimizer: idle threads may wait by spinning. Tensors are large. */
const sessionOptions = { spinning: true, memoryPattern: false };

/** Trains by running the traced graph, forward and backward together, on an executor of packages/runtime. */
export async function createEngine(executor: Executor, options: EngineOptions): Promise<TrainingEngine> {
  const { config } = options;
  const session = { ...sessionOptions, threads: options.threads };
  const makeOps = executor.name === 'openvino' ? openvinoOps : differentiableOps;
  const graph = trainingGraph(config, options.losses, options.dropout, options.frozen, makeOps);
  const training = await openTraining(executor, writeModel(graph), session, options);
  let evaluation: Session;
  try {
    evaluation = await executor.open(writeModel(evaluationGraph(config)), session);
  } catch (error) {
    await training.close();
    throw error;
  }
  return new OnnxEngine({ training, evaluation, maskShapes: maskShapes(graph) }, options);
}

/** A session for some outputs of a model, logits by default: the teacher's. */
export async function createEvaluator(
  executor: Executor,
  config: ModelConfig,
  parameters: Parameters,
  wanted?: readonly ModelOutput[],
): Promise<Evaluator> {
  const graph = evaluationGraph(config, undefined, undefined, wanted);
  const session = await executor.open(writeModel(graph), sessionOptions);
  const weights = parameterTensors(parameters, new Set(session.inputNames));
  return {
    logits: (batch) => runLogits(session, weights, batch),
    outputs: async (batch) => {
      const results = await session.run({ ...weights, ...batchTensors(batch) });
      return new Map(Object.entries(results).map(([name, { type, data }]) => [name, floats(name, type, data)]));
    },
    close: () => session.close(),
  };
}

class OnnxEngine implements TrainingEngine {
  readonly #training: TrainingSessions;
  readonly #evaluation: Session;
  readonly #weights: Tensors;
  readonly #dense: ReadonlyMap<string, Float32Array>;
  readonly #denseOutputs: Tensors;
  /** Empty where the word table is frozen. */
  readonly #wordRows: Float32Array;
  readonly #dropout: DropoutPool;
  readonly #maskShapes: readonly Shape[];
  readonly #config: ModelConfig;

  constructor(
    graphs: { training: TrainingSessions; evaluation: Session; maskShapes: readonly Shape[] },
    options: EngineOptions,
  ) {
    const { config, parameters, batchSize, maxTokens, frozen } = options;
    this.#training = graphs.training;
    this.#evaluation = graphs.evaluation;
    this.#maskShapes = graphs.maskShapes;
    this.#config = config;
    this.#weights = parameterTensors(parameters);
    const words = wordTableName(config);
    this.#dense = new Map(
      [...parameters]
        .filter(([name]) => name !== words && frozen?.has(name) !== true)
        .map(([name, { data }]) => [name, new Float32Array(data.length)]),
    );
    this.#denseOutputs = Object.fromEntries(
      [...this.#dense].map(([name, data]) => [
        names.gradient(name),
        { type: 'float32', shape: parameters.get(name)?.shape ?? [], data } as const,
      ]),
    );
    const rows = frozen?.has(words) === true ? 0 : Math.min(mostTokens(batchSize, maxTokens), config.vocabularySize);
    this.#wordRows = new Float32Array(rows * config.hidden);
    this.#dropout = dropoutPool(options);
  }

  startEpoch(epoch: number): void {
    this.#dropout.startEpoch(epoch);
  }

  async gradients(batch: Batch, targets: Targets, step: number): Promise<Gradients> {
    const { hidden, labels } = this.#config;
    const rows = this.#wordRows.length === 0 ? [] : Array.from(batch.uniqueIds, Number);
    const wordRows = this.#wordRows.subarray(0, rows.length * hidden);
    const wordGradient = {
      [names.gradient(wordTableName(this.#config))]: { type: 'float32', shape: [rows.length, hidden], data: wordRows },
    } as const;
    const { loss, gradient_norm: norm } = await (await this.#training.for(batch)).run(
      {
        ...this.#weights,
        ...batchTensors(batch),
        ...targetTensors(batch, labels.length, targets),
        ...this.#masks(batch, step),
      },
      {
        outputs: [names.loss, names.gradientNorm],
        into: { ...this.#denseOutputs, ...(rows.length === 0 ? {} : wordGradient) },
      },
    );
    return {
      loss: Number(loss.data[0]),
      norm: Number(norm.data[0]),
      dense: this.#dense,
      rows,
      wordRows,
    };
  }

  graphFor(batch: Batch): string {
    return this.#training.kindFor(batch);
  }

  logits(batch: Batch): Promise<Float32Array> {
    return runLogits(this.#evaluation, this.#weights, batch);
  }

  #masks(batch: Batch, step: number): Tensors {
    const shapes = this.#maskShapes.map((shape) => actualShape(shape, batch));
    const masks = this.#dropout.masks(step, shapes.map(elementCount));
    return Object.fromEntries(
      masks.map((data, place) => [names.dropoutMask(place), { type: 'float32', shape: shapes[place], data } as const]),
    );
  }

  async close(): Promise<void> {
    try {
      await this.#training.close();
    } finally {
      await this.#evaluation.close();
    }
  }
}

/** Shapes of the masks that the graph wants, by place. */
function maskShapes({ graph }: Model): Shape[] {
  const shapes = new Map(graph.inputs.map(({ name, shape }) => [name, shape]));
  const all: Shape[] = [];
  for (
    let shape = shapes.get(names.dropoutMask(0));
    shape !== undefined;
    shape = shapes.get(names.dropoutMask(all.length))
  ) {
    all.push(shape);
  }
  return all;
}

/** The lengths that a batch gives to the named ones. */
export function actualShape(shape: Shape, { size, length }: Batch): number[] {
  return shape.map((dimension) => (dimension === 'batch' ? size : dimension === 'length' ? length : Number(dimension)));
}

async function runLogits(session: Session, weights: Tensors, batch: Batch): Promise<Float32Array> {
  const { logits } = await session.run({ ...weights, ...batchTensors(batch) });
  return floats('logits', logits.type, logits.data);
}

function floats(name: string, type: string, data: unknown): Float32Array {
  if (data instanceof Float32Array) return data;
  throw new Error(`${name} comes as ${type}`);
}

/** `inputs`: of the graph, where it does not read every parameter. */
function parameterTensors(parameters: Parameters, inputs?: ReadonlySet<string>): Tensors {
  const read = [...parameters].filter(([name]) => inputs?.has(name) ?? true);
  return Object.fromEntries(read.map(([name, { shape, data }]) => [name, { type: 'float32', shape, data } as const]));
}

export function targetTensors({ size }: Batch, labelCount: number, { labels, teacher }: Targets): Tensors {
  const tensors = [...teacher].map(([name, tensor]) => [name, { type: 'float32', ...tensor } as const]);
  return {
    [names.targets]: { type: 'float32', shape: [size, labelCount], data: labels },
    ...Object.fromEntries(tensors),
  };
}

function batchTensors({ uniqueIds, tokens, mask, size, length }: Batch): Tensors {
  return {
    [names.uniqueIds]: { type: 'int64', shape: [uniqueIds.length], data: uniqueIds },
    [names.tokens]: { type: 'int64', shape: [size, length], data: tokens },
    [names.mask]: { type: 'float32', shape: [size, length], data: mask },
  };
}
