import type { Gradients } from '../engine/engine.ts';

/**
 * The mean gradient over the batches that make one step, each weighted by its share of the texts: that of one large batch.
 * The norm is taken over the sum, since that of a sum does not follow from the norms of its parts.
 */
export class GradientSum {
  readonly #width: number;
  readonly #dense = new Map<string, Float32Array>();
  /** Row of the word table -> its place in `#words`. */
  readonly #places = new Map<number, number>();
  #words = new Float32Array(0);
  #loss = 0;
  #empty = true;

  /** `width`: that of a row of the word table. */
  constructor(width: number) {
    this.#width = width;
  }

  /** Adds the gradients of a batch; `share` is its part of the step's texts. Their arrays may be used again afterwards. */
  add({ loss, dense, rows, wordRows }: Gradients, share: number): void {
    this.#loss += share * loss;
    for (const [name, gradient] of dense) {
      const sum = this.#dense.get(name) ?? new Float32Array(gradient.length);
      this.#dense.set(name, sum);
      // The first batch of a step overwrites what is left of the step before.
      if (this.#empty) for (let i = 0; i < sum.length; i++) sum[i] = share * gradient[i];
      else for (let i = 0; i < sum.length; i++) sum[i] += share * gradient[i];
    }
    this.#addRows(rows, wordRows, share);
    this.#empty = false;
  }

  /** The sum, valid until the next `add`, which begins anew. */
  take(): Gradients {
    const rows = [...this.#places.keys()];
    const wordRows = this.#words.subarray(0, rows.length * this.#width);
    let squares = squareSum(wordRows);
    for (const gradient of this.#dense.values()) squares += squareSum(gradient);
    const loss = this.#loss;
    this.#places.clear();
    this.#loss = 0;
    this.#empty = true;
    return { loss, norm: Math.sqrt(squares), dense: this.#dense, rows, wordRows };
  }

  #addRows(rows: readonly number[], gradient: Float32Array, share: number): void {
    const width = this.#width;
    this.#makeRoom((this.#places.size + rows.length) * width);
    rows.forEach((row, i) => {
      const known = this.#places.get(row);
      const place = known ?? this.#places.size;
      if (known === undefined) {
        this.#places.set(row, place);
        this.#words.fill(0, place * width, (place + 1) * width);
      }
      for (let k = 0; k < width; k++) this.#words[place * width + k] += share * gradient[i * width + k];
    });
  }

  #makeRoom(length: number): void {
    if (this.#words.length >= length) return;
    const larger = new Float32Array(Math.max(length, 2 * this.#words.length));
    larger.set(this.#words);
    this.#words = larger;
  }
}

function squareSum(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] * values[i];
  return sum;
}
