import { Random } from '@retort/shared';
import { mostTokens } from '../data/batches.ts';
import type { ModelConfig } from '../model/config.ts';
import type { EngineOptions } from './engine.ts';

/** Values that a pool has beyond the largest mask, so that masks which overlap do so at a random distance. */
const room = 8 * 2 ** 20;

/**
 * The random values that dropout masks are views of. All of it follows from the seed, the epoch and the step, so that a
 * run can be repeated and resumed, on any device and by any engine.
 */
export class DropoutPool {
  readonly rate: number;
  readonly #seed: number;
  readonly #values: Float32Array;

  /** `largest`: elements of the largest tensor that dropout is applied to. */
  constructor(seed: number, rate: number, largest: number) {
    this.#seed = seed;
    this.rate = rate;
    this.#values = new Float32Array(rate === 0 ? 0 : largest + Math.min(64 * largest, room));
  }

  /** Draws the pool anew. To be called before the first masks of an epoch. */
  startEpoch(epoch: number): void {
    const random = new Random(this.#seed, 'dropout pool', epoch);
    const keep = 1 / (1 - this.rate);
    // 16 bits decide one value: the rate is met to 1 / 65536.
    const threshold = Math.round(this.rate * 65_536);
    const values = this.#values;
    for (let i = 0; i < values.length; i += 2) {
      const bits = random.uint32();
      values[i] = (bits & 0xffff) < threshold ? 0 : keep;
      values[i + 1] = bits >>> 16 < threshold ? 0 : keep;
    }
  }

  /** The random values: 0 or 1 / (1 - rate) each. */
  get values(): Float32Array {
    return this.#values;
  }

  /** Where in `values` the masks of one step begin; to be asked for each place's size, in the order of the forward pass. */
  starts(step: number): (size: number) => number {
    const random = new Random(this.#seed, 'dropout masks', step);
    return (size) => {
      if (size > this.#values.length)
        throw new Error(`a mask of ${size} values does not fit the pool of ${this.#values.length}`);
      return random.integer(this.#values.length - size + 1);
    };
  }

  /** The masks of one step, for places of these sizes in the order of the forward pass. */
  masks(step: number, sizes: readonly number[]): Float32Array[] {
    const start = this.starts(step);
    return sizes.map((size) => {
      const at = start(size);
      return this.#values.subarray(at, at + size);
    });
  }
}

/** Elements of the largest mask: of the embeddings, or of attention's probabilities. */
export function largestMask({ hidden, heads }: ModelConfig, batchSize: number, maxTokens: number): number {
  return mostTokens(batchSize, maxTokens) * Math.max(hidden, heads * maxTokens);
}

/** The pool of every engine that trains this model: from equal options, equal masks. */
export function dropoutPool({ config, seed, dropout, batchSize, maxTokens }: EngineOptions): DropoutPool {
  return new DropoutPool(seed, dropout, largestMask(config, batchSize, maxTokens));
}
