import { writeModel } from '@retort/onnx';
import type { DeviceExecutor, DeviceResults, DeviceSession, DeviceTensor, HostTensor } from '@retort/runtime';
import { type TrainingConfig, UserError } from '@retort/shared';
import type { Batch } from '../data/batches.ts';
import { type DropoutPool, dropoutPool } from '../engine/dropout-pool.ts';
import type { EngineOptions } from '../engine/engine.ts';
import { names } from '../engine/graphs.ts';
import { targetTensors } from '../engine/onnxruntime.ts';
import { adamWInputs } from '../optimizer/graph-adamw.ts';
import { denseState, ModelOptimizer, momentsOf } from '../optimizer/model-optimizer.ts';
import { type ParameterGroup, parameterGroups } from '../optimizer/parameter-groups.ts';
import { found, type NamedArrays } from '../resume/arrays.ts';
import type { BatchOfStep, Learner, StepResult } from '../training/learner.ts';
import { logitsOf, openEvaluation, runWith } from './evaluator.ts';
import { batchFeeds, type Feeds, maskFeeds, rowPlaceFeeds, scalarFeeds } from './feeds.ts';
import { accumulationGraph, type DeviceGraph, deviceNames, stepGraph } from './graphs.ts';
import { DeviceMemory } from './memory.ts';
import { type Pack, packed, packsOf } from './packs.ts';

/** Weights and moments live on the device from step to step; of a step the loss and the norm come back. */
export async function createDeviceLearner(
  executor: DeviceExecutor,
  options: EngineOptions,
  settings: TrainingConfig,
): Promise<Learner> {
  const groups = parameterGroups(options.config, settings);
  const packs = packsOf(options.config, groups);
  const evaluation = await openEvaluation(executor, options.config, undefined, packs);
  const learner = new DeviceLearner(executor, evaluation, options, settings, { groups, packs });
  await learner.upload();
  return learner;
}

/** The graphs that a step is made of: one for all of it, or one for each of its batches and another for the last. */
type Part = 'whole' | 'accumulation' | 'last';
type Sums = Readonly<Record<string, DeviceTensor>>;

class DeviceLearner implements Learner {
  readonly #executor: DeviceExecutor;
  readonly #evaluation: DeviceSession;
  readonly #options: EngineOptions;
  readonly #settings: TrainingConfig;
  readonly #groups: readonly ParameterGroup[];
  readonly #packs: readonly Pack[];
  /** Weights and moments by pack, frozen parameters by themselves, and the dropout pool. */
  readonly #memory: DeviceMemory;
  readonly #graphs = new Map<Part, { session: DeviceSession; graph: DeviceGraph }>();
  readonly #dropout: DropoutPool;
  #step = 0;
  /** Whether the host's parameters are those of the device. */
  #settled = true;

  constructor(
    executor: DeviceExecutor,
    evaluation: DeviceSession,
    options: EngineOptions,
    settings: TrainingConfig,
    { groups, packs }: { readonly groups: readonly ParameterGroup[]; readonly packs: readonly Pack[] },
  ) {
    this.#executor = executor;
    this.#evaluation = evaluation;
    this.#options = options;
    this.#settings = settings;
    this.#groups = groups;
    this.#packs = packs;
    this.#memory = new DeviceMemory(executor);
    this.#dropout = dropoutPool(options);
  }

  /** Brings the host's parameters to the device, with these moments by parameter; without any, with zeros. */
  async upload(moments?: ReturnType<typeof momentsOf>): Promise<void> {
    for (const { name } of this.#groups.filter(({ frozen }) => frozen)) {
      await this.#memory.upload(name, this.#parameter(name));
    }
    for (const pack of this.#packs) {
      const upload = (name: string, data: Float32Array) => this.#memory.upload(name, { shape: [pack.length], data });
      const moment = (which: 'first' | 'second') =>
        moments === undefined
          ? new Float32Array(pack.length)
          : packed(pack, (name) => momentsFor(moments, name)[which]);
      await upload(
        pack.name,
        packed(pack, (name) => this.#parameter(name).data),
      );
      await upload(deviceNames.first(pack.name), moment('first'));
      await upload(deviceNames.second(pack.name), moment('second'));
    }
    this.#settled = true;
  }

  async startEpoch(epoch: number): Promise<void> {
    if (this.#dropout.rate === 0) return;
    this.#dropout.startEpoch(epoch);
    const { values } = this.#dropout;
    await this.#memory.upload(deviceNames.dropoutPool, { shape: [values.length], data: values });
  }

  async step(batches: Iterable<BatchOfStep>, learningRate: number): Promise<StepResult> {
    let loss = 0;
    let sums: Sums | undefined;
    let last: BatchOfStep | undefined;
    for (const batch of batches) {
      if (last !== undefined) {
        const results = await this.#run('accumulation', last, this.#sumFeeds(last, sums));
        disposeOf(sums);
        sums = nextOf(results);
        loss += last.share * numberOf(results.host[names.loss]);
      }
      last = batch;
    }
    if (last === undefined) throw new Error('a step without a batch');

    const adamW = scalarFeeds(adamWInputs(this.#step + 1, learningRate));
    const whole = last.share === 1;
    const results = await this.#run(whole ? 'whole' : 'last', last, {
      ...adamW,
      ...(whole ? {} : this.#sumFeeds(last, sums)),
    });
    disposeOf(sums);
    for (const [name, tensor] of Object.entries(nextOf(results))) this.#memory.keep(name, tensor);
    this.#step++;
    this.#settled = false;
    const norm = numberOf(results.host[names.gradientNorm]);
    this.#requireWork(norm);
    return { loss: loss + last.share * numberOf(results.host[names.loss]), norm };
  }

  logits(batch: Batch): Promise<Float32Array> {
    return logitsOf(this.#evaluation, this.#memory.tensors, batch);
  }

  async settle(): Promise<void> {
    if (this.#settled) return;
    for (const pack of this.#packs) {
      const data = await this.#memory.download(pack.name);
      for (const { name, start, end } of pack.members) this.#parameter(name).data.set(data.subarray(start, end));
    }
    this.#settled = true;
  }

  async state(): Promise<NamedArrays> {
    await this.settle();
    const moments = new Map<string, { first: Float32Array; second: Float32Array }>();
    for (const pack of this.#packs) {
      const [first, second] = [
        await this.#memory.download(deviceNames.first(pack.name)),
        await this.#memory.download(deviceNames.second(pack.name)),
      ];
      for (const { name, start, end } of pack.members) {
        moments.set(name, { first: first.subarray(start, end), second: second.subarray(start, end) });
      }
    }
    return denseState(this.#options.config, this.#step, moments);
  }

  /** By way of the host's optimizer: what rows of the word table have yet to make up for is made up for there. */
  async restore(state: NamedArrays): Promise<void> {
    const { config, parameters } = this.#options;
    const optimizer = new ModelOptimizer(config, parameters, this.#settings);
    optimizer.restore(state);
    optimizer.settle();
    this.#step = Number(found(state, 'step')[0]);
    await this.upload(momentsOf(config, optimizer.state()));
  }

  async close(): Promise<void> {
    for (const { session } of this.#graphs.values()) await session.close();
    await this.#evaluation.close();
    await this.#memory.close();
  }

  async #run(part: Part, { batch, targets, masks }: BatchOfStep, feeds: Feeds): Promise<DeviceResults> {
    const { session, graph } = await this.#graph(part);
    const { config } = this.#options;
    const startOf = this.#dropout.rate === 0 ? () => 0 : this.#dropout.starts(masks);
    return runWith(session, {
      ...this.#memory.tensors,
      ...batchFeeds(batch),
      ...rowPlaceFeeds(batch, config.vocabularySize),
      ...targetTensors(batch, config.labels.length, targets),
      ...maskFeeds(graph.maskShapes, batch, startOf),
      ...feeds,
    });
  }

  /** The graphs are compiled when they are needed first: most trainings need one of them. */
  async #graph(part: Part): Promise<{ session: DeviceSession; graph: DeviceGraph }> {
    const known = this.#graphs.get(part);
    if (known !== undefined) return known;
    const { config, losses, dropout } = this.#options;
    const frozen = new Set(this.#groups.filter((group) => group.frozen).map(({ name }) => name));
    const options = { config, losses, dropout, frozen, groups: this.#groups, clipNorm: this.#settings.clipNorm };
    const graph = part === 'accumulation' ? accumulationGraph(options) : stepGraph(options, part === 'last');
    const session = await this.#executor.openOnDevice(writeModel(graph.model), graph.kept.map(deviceNames.next));
    const made = { session, graph };
    this.#graphs.set(part, made);
    return made;
  }

  /** The gradients of the step so far. Before its first batch any tensors will do: they are multiplied by 0. */
  #sumFeeds({ share }: BatchOfStep, sums: Sums | undefined): Feeds {
    const any = () =>
      Object.fromEntries(this.#packs.map(({ name }) => [deviceNames.sum(name), this.#memory.get(name)]));
    const carry = sums === undefined ? 0 : 1;
    return { ...(sums ?? any()), ...scalarFeeds({ [deviceNames.share]: share, [deviceNames.carry]: carry }) };
  }

  /** A GPU that is out of memory may go on without a word, and leave zeros. */
  #requireWork(norm: number): void {
    if (norm !== 0) return;
    throw new UserError(`the device ${this.#executor.device} computes nothing: all gradients are 0`, {
      place: { field: '--device' },
      remedy: 'if its memory is too small, use smaller batches or shorter texts, or the device cpu',
    });
  }

  #parameter(name: string) {
    const parameter = this.#options.parameters.get(name);
    if (parameter === undefined) throw new Error(`the model has no parameter "${name}"`);
    return parameter;
  }
}

function momentsFor(moments: ReturnType<typeof momentsOf>, name: string) {
  const found = moments.get(name);
  if (found === undefined) throw new Error(`there are no moments of "${name}"`);
  return found;
}

function numberOf({ data }: HostTensor): number {
  return Number(data[0]);
}

/** The tensors that a run left on the device, by the names of the inputs that they go into next. */
function nextOf({ device }: DeviceResults): Sums {
  const prefix = deviceNames.next('');
  return Object.fromEntries(Object.entries(device).map(([name, tensor]) => [name.slice(prefix.length), tensor]));
}

function disposeOf(tensors: Sums | undefined): void {
  for (const tensor of Object.values(tensors ?? {})) tensor.dispose();
}
