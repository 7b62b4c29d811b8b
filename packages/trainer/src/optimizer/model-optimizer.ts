import type { Gradients } from '../engine/engine.ts';
import type { ModelConfig } from '../model/config.ts';
import { type Parameters, wordTableName } from '../model/parameters.ts';
import { fill, found, type NamedArrays, withoutPrefix, withPrefix } from '../resume/arrays.ts';
import { type AdamWSettings, adamWSteps, defaultAdamW, type LargeSteps, type Moments } from './adamw.ts';
import { type GroupSettings, type ParameterGroup, parameterGroups } from './parameter-groups.ts';
import { denseRowState, RowAdamW } from './row-adamw.ts';

interface DenseGroup extends ParameterGroup {
  readonly weights: Float32Array;
  readonly moments: Moments;
}

/** AdamW over the parameters of a model that are not frozen, each by its group's settings; the word table by rows. */
export class ModelOptimizer {
  readonly #settings: AdamWSettings;
  readonly #dense: readonly DenseGroup[];
  /** Undefined where the word table is frozen. */
  readonly #words: RowAdamW | undefined;
  readonly #wordsScale: number;
  readonly #clipNorm: number;
  readonly #large: LargeSteps | undefined;
  #step = 0;

  /** `large`: takes the steps of large parameters. It has these settings, and is closed by whoever opened it. */
  constructor(
    config: ModelConfig,
    parameters: Parameters,
    options: GroupSettings & { clipNorm: number; settings?: AdamWSettings },
    large?: LargeSteps,
  ) {
    this.#large = large;
    this.#settings = options.settings ?? defaultAdamW;
    this.#clipNorm = options.clipNorm;
    const words = wordTableName(config);
    const weightsOf = (name: string) => {
      const parameter = parameters.get(name);
      if (parameter === undefined) throw new Error(`the model has no parameter "${name}"`);
      return parameter.data;
    };
    const trained = parameterGroups(config, options).filter(({ frozen }) => !frozen);
    this.#dense = trained
      .filter(({ name }) => name !== words)
      .map((group) => {
        const weights = weightsOf(group.name);
        const moments = { first: new Float32Array(weights.length), second: new Float32Array(weights.length) };
        return { ...group, weights, moments };
      });
    const table = trained.find(({ name }) => name === words);
    this.#words = table && new RowAdamW(weightsOf(words), config.hidden, this.#settings, table.weightDecay);
    this.#wordsScale = table?.learningRateScale ?? 0;
  }

  /** To be called before a forward pass that reads these rows of the word table. */
  prepare(rows: readonly number[]): void {
    this.#words?.catchUp(rows);
  }

  /** To be called before the weights are read from outside: evaluation, export. */
  settle(): void {
    this.#words?.catchUpAll();
  }

  /** One step, at this learning rate times each group's scale; the gradient is scaled down to the clip norm if its norm is larger (Pascanu, Mikolov and Bengio 2013). */
  async step({ dense, wordRows, rows, norm }: Gradients, learningRate: number): Promise<void> {
    this.#step++;
    const gradientScale = Math.min(1, this.#clipNorm / (norm + 1e-6));
    for (const { name, weights, moments, weightDecay, learningRateScale } of this.#dense) {
      const gradient = dense.get(name);
      if (gradient === undefined) throw new Error(`there is no gradient for "${name}"`);
      const rate = learningRate * learningRateScale;
      const size = { step: this.#step, learningRate: rate, weightDecay, gradientScale };
      if (this.#large === undefined || weights.length < this.#large.least) {
        adamWSteps(weights, gradient, moments, this.#settings, [size]);
      } else {
        await this.#large.step(weights, gradient, moments, size);
      }
    }
    this.#words?.step(rows, wordRows, learningRate * this.#wordsScale, gradientScale);
  }

  /** Steps done, moments and learning rates, without a copy: to be written before the next step changes them. */
  state(): NamedArrays {
    return new Map([
      ['step', Int32Array.of(this.#step)],
      ...withPrefix('words.', this.#words?.state() ?? new Map()),
      ...this.#dense.flatMap(({ name, moments }) => [
        [`first.${name}`, moments.first] as const,
        [`second.${name}`, moments.second] as const,
      ]),
    ]);
  }

  /** Goes on from what `state` gave. The weights are restored by whoever owns them. */
  restore(arrays: NamedArrays): void {
    const step = new Int32Array(1);
    fill(step, arrays, 'step');
    this.#step = step[0];
    this.#words?.restore(withoutPrefix('words.', arrays));
    for (const { name, moments } of this.#dense) {
      fill(moments.first, arrays, `first.${name}`);
      fill(moments.second, arrays, `second.${name}`);
    }
  }
}

/** What `ModelOptimizer.restore` takes, from the moments that dense steps have left: by parameter, for all that are trained. */
export function denseState(config: ModelConfig, step: number, moments: ReadonlyMap<string, Moments>): NamedArrays {
  const words = wordTableName(config);
  const table = moments.get(words);
  return new Map([
    ['step', Int32Array.of(step)],
    ...withPrefix('words.', table === undefined ? new Map() : denseRowState(table, config.hidden, step)),
    ...[...moments]
      .filter(([name]) => name !== words)
      .flatMap(([name, { first, second }]) => [[`first.${name}`, first] as const, [`second.${name}`, second] as const]),
  ]);
}

/** The moments in what `ModelOptimizer.state` gave, by parameter. */
export function momentsOf(config: ModelConfig, state: NamedArrays): Map<string, Moments> {
  const words = wordTableName(config);
  const moment = (which: string, name: string) => {
    const array = found(state, name === words ? `words.${which}` : `${which}.${name}`);
    if (!(array instanceof Float32Array)) throw new Error(`the moments of "${name}" are no float32`);
    return array;
  };
  const dense = [...state.keys()].filter((key) => key.startsWith('first.')).map((key) => key.slice('first.'.length));
  const trained = state.has('words.first') ? [words, ...dense] : dense;
  return new Map(trained.map((name) => [name, { first: moment('first', name), second: moment('second', name) }]));
}
