import { fill, found, type NamedArrays } from '../resume/arrays.ts';
import { type AdamWSettings, adamWSteps, type Moments, type StepSize } from './adamw.ts';

/** The share of a row's first moment below which it moves no more. */
const stillness = 1e-6;

/**
 * AdamW for a table of which each step touches few rows, such as word embeddings. The result is that of a dense AdamW,
 * which moves every row in every step: what a row missed is made up for just before it is read again.
 */
export class RowAdamW {
  readonly #weights: Float32Array;
  readonly #width: number;
  readonly #moments: Moments;
  readonly #settings: AdamWSettings;
  readonly #weightDecay: number;
  /** Steps without a gradient after which a row is still. */
  readonly #memory: number;
  /** The last step that each row has seen. */
  readonly #seen: Int32Array;
  /** Whether a row ever had a gradient: without one it only decays. */
  readonly #touched: Uint8Array;
  /** Learning rate of each step; index 0 is not used. */
  #rates: number[] = [0];
  /** Product of (1 - lr wd) over the steps up to each. */
  #decay: number[] = [1];

  constructor(weights: Float32Array, width: number, settings: AdamWSettings, weightDecay: number) {
    this.#weights = weights;
    this.#width = width;
    this.#settings = settings;
    this.#weightDecay = weightDecay;
    this.#memory = Math.ceil(Math.log(stillness) / Math.log(settings.beta1));
    this.#moments = { first: new Float32Array(weights.length), second: new Float32Array(weights.length) };
    this.#seen = new Int32Array(weights.length / width);
    this.#touched = new Uint8Array(weights.length / width);
  }

  /** Brings rows up to the last step. To be called before they are read. */
  catchUp(rows: Iterable<number>): void {
    const now = this.#rates.length - 1;
    for (const row of rows) {
      if (this.#seen[row] < now) this.#makeUp(row, now);
    }
  }

  /** Brings every row up to the last step: before the weights are read from outside. */
  catchUpAll(): void {
    this.catchUp(this.#seen.keys());
  }

  /**
   * What `restore` takes: to be written before the next step changes it. What rows have yet to make up for stays undone:
   * done now it would give other last bits.
   */
  state(): NamedArrays {
    return new Map<string, Float32Array | Float64Array | Int32Array | Uint8Array>([
      ['first', this.#moments.first],
      ['second', this.#moments.second],
      ['seen', this.#seen],
      ['touched', this.#touched],
      ['rates', Float64Array.from(this.#rates)],
      ['decay', Float64Array.from(this.#decay)],
    ]);
  }

  restore(arrays: NamedArrays): void {
    fill(this.#moments.first, arrays, 'first');
    fill(this.#moments.second, arrays, 'second');
    fill(this.#seen, arrays, 'seen');
    fill(this.#touched, arrays, 'touched');
    this.#rates = Array.from(found(arrays, 'rates'));
    this.#decay = Array.from(found(arrays, 'decay'));
  }

  /** One step with the gradient of some rows [rows.length, width]; the others have a gradient of 0. */
  step(rows: readonly number[], gradient: Float32Array, learningRate: number, gradientScale: number): void {
    this.catchUp(rows);
    const step = this.#rates.push(learningRate) - 1;
    this.#decay.push(this.#decay[step - 1] * (1 - learningRate * this.#weightDecay));
    const size = { step, learningRate, weightDecay: this.#weightDecay, gradientScale };
    const width = this.#width;
    rows.forEach((row, i) => {
      const part = gradient.subarray(i * width, (i + 1) * width);
      adamWSteps(this.#weights, part, this.#moments, this.#settings, [size], row * width, (row + 1) * width);
      this.#seen[row] = step;
      this.#touched[row] = 1;
    });
  }

  #makeUp(row: number, now: number): void {
    const from = row * this.#width;
    const to = from + this.#width;
    let step = this.#seen[row];
    if (this.#touched[row] === 1) {
      const sizes: StepSize[] = [];
      while (step < Math.min(now, this.#seen[row] + this.#memory)) {
        step++;
        sizes.push({ step, learningRate: this.#rates[step], weightDecay: this.#weightDecay, gradientScale: 0 });
      }
      adamWSteps(this.#weights, undefined, this.#moments, this.#settings, sizes, from, to);
    }
    if (step < now) this.#fade(from, to, step, now);
    this.#seen[row] = now;
  }

  /** Decay alone, of weights and moments, over many steps at once. */
  #fade(from: number, to: number, step: number, now: number): void {
    const { beta1, beta2 } = this.#settings;
    const weight = this.#decay[now] / this.#decay[step];
    const { first, second } = this.#moments;
    for (let i = from; i < to; i++) {
      this.#weights[i] *= weight;
      first[i] *= beta1 ** (now - step);
      second[i] *= beta2 ** (now - step);
    }
  }
}

/** What `RowAdamW.restore` takes where every row, of `width` elements, has seen all steps: what a dense AdamW leaves behind. */
export function denseRowState({ first, second }: Moments, width: number, step: number): NamedArrays {
  const rows = first.length / width;
  const touched = Uint8Array.from({ length: rows }, (_, row) => {
    const isMoved = (moment: Float32Array) => moment.subarray(row * width, (row + 1) * width).some((x) => x !== 0);
    return isMoved(first) || isMoved(second) ? 1 : 0;
  });
  return new Map<string, Float32Array | Float64Array | Int32Array | Uint8Array>([
    ['first', first],
    ['second', second],
    ['seen', new Int32Array(rows).fill(step)],
    ['touched', touched],
    // Of the steps up to now: no row asks for them any more.
    ['rates', new Float64Array(step + 1)],
    ['decay', new Float64Array(step + 1).fill(1)],
  ]);
}
