import { Random } from '@retort/shared';

/**
 * The random values that dropout masks are cut from, and where each place of the model cuts in each step. All of it
 * follows from the seed, the epoch and the step, so that a run can be repeated and resumed on any device.
 */
export class DropoutSource {
  readonly rate: number;
  readonly pool: Float32Array;
  readonly #seed: number;
  readonly #largest: number;

  /** `largest`: elements of the largest tensor that dropout is applied to. */
  constructor(seed: number, rate: number, largest: number) {
    this.#seed = seed;
    this.rate = rate;
    this.#largest = largest;
    // So many values that masks which overlap do so at a random distance: 64 masks, or 8 M values where masks are large.
    const size = Math.max(2 * largest, Math.min(64 * largest, 8 * 2 ** 20));
    this.pool = new Float32Array(rate === 0 ? 0 : size);
  }

  /** Draws the pool anew. */
  startEpoch(epoch: number): void {
    const random = new Random(this.#seed, 'dropout pool', epoch);
    const keep = 1 / (1 - this.rate);
    // 16 bits decide one value: the rate is met to 1 / 65536.
    const threshold = Math.round(this.rate * 65_536);
    for (let i = 0; i < this.pool.length; i += 2) {
      const bits = random.uint32();
      this.pool[i] = (bits & 0xffff) < threshold ? 0 : keep;
      this.pool[i + 1] = bits >>> 16 < threshold ? 0 : keep;
    }
  }

  /** Where the masks of one step begin: [places]. */
  offsets(step: number, places: number): BigInt64Array {
    const random = new Random(this.#seed, 'dropout offsets', step);
    const room = this.pool.length - this.#largest;
    return BigInt64Array.from({ length: places }, () => BigInt(random.integer(room)));
  }
}
