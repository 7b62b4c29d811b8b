import type { GraphTrace, Value } from '../ops/tracer.ts';
import { type AdamWSettings, defaultAdamW } from './adamw.ts';
import type { ParameterGroup } from './parameter-groups.ts';

/** Inputs of the graph that change from step to step: scalars. */
export const adamWInputNames = {
  /** Learning rate times sqrt(1 - b2^t) / (1 - b1^t). */
  rate: 'adamw_rate',
  /** Epsilon times sqrt(1 - b2^t). */
  epsilon: 'adamw_epsilon',
  learningRate: 'learning_rate',
} as const;

/** A parameter in training, with the moments of its gradient. */
export interface Trained {
  readonly weights: Value;
  readonly first: Value;
  readonly second: Value;
}

/**
 * AdamW as nodes of a graph: the result of `adamWSteps`. With both bias corrections moved into the scalars
 * r = lr sqrt(1 - b2^t) / (1 - b1^t) and e = eps sqrt(1 - b2^t), the step is
 * m = b1 m + (1 - b1) s g, v = b2 v + (1 - b2) s^2 g^2, w = w (1 - lr wd) - r m / (sqrt(v) + e), s being the clipping.
 */
export class GraphAdamW {
  readonly #trace: GraphTrace;
  readonly #settings: AdamWSettings;
  readonly #rate: Value;
  readonly #epsilon: Value;
  readonly #learningRate: Value;
  readonly #firstFactor: Value;
  readonly #secondFactor: Value;

  /** `scale`: of all gradients, a scalar. */
  constructor(trace: GraphTrace, scale: Value, settings = defaultAdamW) {
    this.#trace = trace;
    this.#settings = settings;
    this.#rate = trace.input(adamWInputNames.rate, 'float32', []);
    this.#epsilon = trace.input(adamWInputNames.epsilon, 'float32', []);
    this.#learningRate = trace.input(adamWInputNames.learningRate, 'float32', []);
    this.#firstFactor = this.#op('Mul', scale, trace.scalar(1 - settings.beta1));
    this.#secondFactor = this.#op('Mul', this.#op('Mul', scale, scale), trace.scalar(1 - settings.beta2));
  }

  /** Weights and moments after the step. */
  step(
    { weights, first, second }: Trained,
    gradient: Value,
    { weightDecay, learningRateScale }: Pick<ParameterGroup, 'weightDecay' | 'learningRateScale'>,
  ): Trained {
    const { beta1, beta2 } = this.#settings;
    const m = this.#op('Add', this.#scaled(first, beta1), this.#op('Mul', gradient, this.#firstFactor));
    const squares = this.#op('Mul', gradient, gradient);
    const v = this.#op('Add', this.#scaled(second, beta2), this.#op('Mul', squares, this.#secondFactor));
    const deviation = this.#op('Add', this.#trace.emit('Sqrt', [v], v.shape), this.#epsilon);
    const change = this.#op('Mul', this.#op('Div', m, deviation), this.#factor(this.#rate, learningRateScale));
    return {
      weights: this.#op('Sub', this.#decayed(weights, learningRateScale * weightDecay), change),
      first: m,
      second: v,
    };
  }

  /** w (1 - lr wd) */
  #decayed(weights: Value, weightDecay: number): Value {
    if (weightDecay === 0) return weights;
    const keep = this.#trace.once(`keep:${weightDecay}`, () =>
      this.#op('Sub', this.#trace.scalar(1), this.#factor(this.#learningRate, weightDecay)),
    );
    return this.#op('Mul', weights, keep);
  }

  /** A scalar input times a constant. */
  #factor(input: Value, constant: number): Value {
    if (constant === 1) return input;
    return this.#trace.once(`factor:${input.name}:${constant}`, () => this.#scaled(input, constant));
  }

  #scaled(x: Value, factor: number): Value {
    return this.#op('Mul', x, this.#trace.scalar(factor));
  }

  /** The larger of two operands, or two alike, come first; the result has the shape of the larger. */
  #op(op: string, a: Value, b: Value): Value {
    return this.#trace.emit(op, [a, b], a.shape);
  }
}

/** What the inputs of `GraphAdamW` are at a step, counted from 1. */
export function adamWInputs(step: number, learningRate: number, settings = defaultAdamW): Record<string, number> {
  const root = Math.sqrt(1 - settings.beta2 ** step);
  return {
    [adamWInputNames.rate]: (learningRate * root) / (1 - settings.beta1 ** step),
    [adamWInputNames.epsilon]: settings.epsilon * root,
    [adamWInputNames.learningRate]: learningRate,
  };
}
