import { type Model, removeUnused, type Shape } from '@retort/onnx';
import { names, type TracedTraining, type TrainingGraphOptions, traceTraining } from '../engine/graphs.ts';
import { wordTableName } from '../model/parameters.ts';
import { webgpuOps } from '../ops/trace-ops.ts';
import type { DropoutMasks } from '../ops/traced/dropout.ts';
import { reshapeLike } from '../ops/traced/reduce.ts';
import { GraphTrace, type Value } from '../ops/tracer.ts';
import { GraphAdamW } from '../optimizer/graph-adamw.ts';
import type { ParameterGroup } from '../optimizer/parameter-groups.ts';
import { clipping, deviceNorm } from './gradient-norm.ts';
import { PackedParameters } from './packed-parameters.ts';
import { type Pack, packsOf } from './packs.ts';

/** Names of inputs and outputs that the graphs of a device have besides those of `names`. */
export const deviceNames = {
  /** For each row of the word table, its place in `unique_ids`, or their count if it is not there: int32 [vocabulary]. */
  rowPlaces: 'row_places',
  /** The random values that masks are cut out of, and where each place's mask begins and ends: int64 [1]. */
  dropoutPool: 'dropout_pool',
  maskStart: (place: number) => `dropout_start_${place}`,
  maskEnd: (place: number) => `dropout_end_${place}`,
  first: (pack: string) => `first:${pack}`,
  second: (pack: string) => `second:${pack}`,
  /** The gradient of the batches of a step so far, each times its share of the texts. */
  sum: (pack: string) => `sum:${pack}`,
  /** Part of this batch in the step: a scalar. */
  share: 'share',
  /** 0 for the first batch of a step, whose sum begins at nothing, and 1 for the others: a scalar. */
  carry: 'carry',
  /** An input as it is after the run. */
  next: (input: string) => `next:${input}`,
} as const;

export interface DeviceGraphOptions extends TrainingGraphOptions {
  readonly groups: readonly ParameterGroup[];
  readonly clipNorm: number;
}

export interface DeviceGraph {
  readonly model: Model;
  /** Shapes of the dropout masks, by place. */
  readonly maskShapes: readonly Shape[];
  /** Inputs whose next value is an output, `next:<input>`: they live on the device. */
  readonly kept: readonly string[];
}

/**
 * A whole step in one graph: forward pass, loss, gradients, clipping and AdamW. Weights and moments are inputs, by packs, and come out
 * as they are after the step. `accumulated`: the gradient is added to that of the step's batches before this one.
 */
export function stepGraph(options: DeviceGraphOptions, accumulated: boolean): DeviceGraph {
  const traced = new DeviceTrace(options);
  const { trace, training, packs } = traced;
  const gradients = accumulated ? traced.sums() : traced.gradients();
  const norm = deviceNorm(trace, [...gradients.values()]);
  const adamW = new GraphAdamW(trace, clipping(trace, norm, options.clipNorm));
  const outputs: Record<string, Value> = {};
  for (const pack of packs) {
    const { name, length } = pack;
    const moment = (input: string) => trace.input(input, 'float32', [length]);
    const [first, second] = [deviceNames.first(name), deviceNames.second(name)];
    const weights = traced.parameters.weights(pack);
    const trained = { weights, first: moment(first), second: moment(second) };
    const next = adamW.step(trained, found(gradients, name), pack);
    Object.assign(outputs, { [name]: next.weights, [first]: next.first, [second]: next.second });
  }
  return traced.finish('step', { [names.loss]: training.loss, [names.gradientNorm]: norm }, outputs);
}

/** Adds a batch's gradient to the sum of those before it, for a step of several batches. */
export function accumulationGraph(options: DeviceGraphOptions): DeviceGraph {
  const traced = new DeviceTrace(options);
  const sums = [...traced.sums()].map(([name, sum]) => [deviceNames.sum(name), sum] as const);
  return traced.finish('accumulation', { [names.loss]: traced.training.loss }, Object.fromEntries(sums));
}

/** The part of a step that all of these graphs begin with: loss and gradients, dropout masks being cut out of a pool. */
class DeviceTrace {
  readonly trace = new GraphTrace();
  readonly training: TracedTraining;
  readonly packs: readonly Pack[];
  readonly parameters: PackedParameters;
  readonly #maskShapes: Shape[] = [];
  readonly #words: string;

  constructor(options: DeviceGraphOptions) {
    const masks = options.dropout > 0 ? this.#masks(options.dropout) : undefined;
    this.packs = packsOf(options.config, options.groups);
    this.parameters = new PackedParameters(this.trace, this.packs);
    const parameter = this.parameters.parameter.bind(this.parameters);
    this.training = traceTraining(this.trace, webgpuOps(this.trace, masks), options, 'int32', parameter);
    this.#words = wordTableName(options.config);
  }

  /** By pack. */
  gradients(): Map<string, Value> {
    const gradientOf = (name: string) => this.#denseGradient(name);
    return new Map(this.packs.map((pack) => [pack.name, this.parameters.pack(pack, gradientOf)]));
  }

  /** carry * sum + share * gradient of every pack. */
  sums(): Map<string, Value> {
    const { trace } = this;
    const [carry, share] = [deviceNames.carry, deviceNames.share].map((name) => trace.input(name, 'float32', []));
    return new Map(
      [...this.gradients()].map(([name, gradient]) => {
        const { shape } = gradient;
        const before = trace.emit('Mul', [trace.input(deviceNames.sum(name), 'float32', shape), carry], shape);
        return [name, trace.emit('Add', [before, trace.emit('Mul', [gradient, share], shape)], shape)];
      }),
    );
  }

  /** The gradient of a whole parameter. That of the word table gets its rows of zeros. */
  #denseGradient(name: string): Value {
    const gradient = found(this.training.gradients, name);
    if (name !== this.#words) return gradient;
    const { trace } = this;
    const table = found(this.training.parameters, name);
    const [rows, width] = table.shape;
    const zeros = trace.emit('Expand', [trace.scalar(0), trace.integers([1, Number(width)])], [1, width]);
    const padded = trace.emit('Concat', [gradient, zeros], ['unique_and_none', width], {
      attributes: { axis: { kind: 'int', value: 0 } },
    });
    const places = trace.input(deviceNames.rowPlaces, 'int32', [rows]);
    return trace.emit('Gather', [padded, places], table.shape, { attributes: { axis: { kind: 'int', value: 0 } } });
  }

  finish(name: string, results: Record<string, Value>, next: Record<string, Value>): DeviceGraph {
    const kept = Object.entries(next).map(([input, value]) => [deviceNames.next(input), value]);
    return {
      model: removeUnused(this.trace.finish(name, { ...results, ...Object.fromEntries(kept) })),
      maskShapes: this.#maskShapes,
      kept: Object.keys(next),
    };
  }

  #masks(rate: number): DropoutMasks {
    const { trace } = this;
    const pool = trace.input(deviceNames.dropoutPool, 'float32', ['pool']);
    return {
      rate,
      next: (x) => {
        const place = this.#maskShapes.push(x.shape) - 1;
        const bounds = [deviceNames.maskStart(place), deviceNames.maskEnd(place)].map((bound) =>
          trace.input(bound, 'int64', [1]),
        );
        const cut = trace.emit('Slice', [pool, ...bounds, trace.integers([0])], [`mask_${place}`]);
        return reshapeLike(trace, cut, x);
      },
    };
  }
}

function found(values: ReadonlyMap<string, Value>, name: string): Value {
  const value = values.get(name);
  if (value === undefined) throw new Error(`there is nothing called "${name}"`);
  return value;
}
