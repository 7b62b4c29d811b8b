import { type AdamWSettings, adamWSteps, type Moments, type StepSize } from './adamw.ts';

/** After this many steps without a gradient a row's first moment is below 0.9^128, a millionth: it moves no more. */
const memory = 128;

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
  /** The last step that each row has seen. */
  readonly #seen: Int32Array;
  /** Whether a row ever had a gradient: without one it only decays. */
  readonly #touched: Uint8Array;
  /** Learning rate of each step; index 0 is not used. */
  readonly #rates: number[] = [0];
  /** Product of (1 - lr wd) over the steps up to each. */
  readonly #decay: number[] = [1];

  constructor(weights: Float32Array, width: number, settings: AdamWSettings, weightDecay: number) {
    this.#weights = weights;
    this.#width = width;
    this.#settings = settings;
    this.#weightDecay = weightDecay;
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
      while (step < Math.min(now, this.#seen[row] + memory)) {
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
