/**
 * A seeded generator of random numbers: xoshiro128** (Blackman and Vigna 2018) on a state that splitmix32 spreads from the seed.
 * The same seed gives the same numbers on every machine.
 */
export class Random {
  readonly #state: Uint32Array;
  #spareNormal: number | undefined;

  /** The further `parts` name a stream of its own: `new Random(seed, 'dropout', step)`. */
  constructor(seed: number, ...parts: readonly (string | number)[]) {
    let hash = mix(seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0);
    for (const part of parts) {
      for (const character of `${part}\0`) hash = mix(hash, character.codePointAt(0) ?? 0);
    }
    this.#state = new Uint32Array(4);
    for (let i = 0; i < 4; i++) {
      hash = (hash + 0x9e3779b9) >>> 0;
      this.#state[i] = mix(hash, i);
    }
  }

  /** 32 random bits. */
  uint32(): number {
    const s = this.#state;
    const result = Math.imul(rotateLeft(Math.imul(s[1], 5), 7), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotateLeft(s[3], 11);
    return result;
  }

  /** Uniform in [0, 1), 32 bits fine. */
  uniform(): number {
    return this.uint32() / 2 ** 32;
  }

  /** A whole number from 0 to `limit` - 1, without the bias of a plain remainder. `limit` is at most 2^32. */
  integer(limit: number): number {
    if (!(limit >= 1 && limit <= 2 ** 32)) throw new RangeError(`there is no whole number from 0 to ${limit} - 1`);
    const fair = 2 ** 32 - (2 ** 32 % limit);
    for (;;) {
      const bits = this.uint32();
      if (bits < fair) return bits % limit;
    }
  }

  /** Standard normal, by the polar method of Marsaglia. */
  normal(): number {
    if (this.#spareNormal !== undefined) {
      const spare = this.#spareNormal;
      this.#spareNormal = undefined;
      return spare;
    }
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) {
        const scale = Math.sqrt((-2 * Math.log(s)) / s);
        this.#spareNormal = v * scale;
        return u * scale;
      }
    }
  }

  /** Puts `items` into a random order, in place (Fisher and Yates), and returns them. */
  shuffle<T>(items: T[]): T[] {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [items[i], items[j]] = [items[j], items[i]];
    }
    return items;
  }
}

function rotateLeft(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits));
}

/** Two words into one well-mixed word (the finaliser of MurmurHash3). */
function mix(a: number, b: number): number {
  let h = (Math.imul(a ^ (a >>> 16), 0x85ebca6b) + b) >>> 0;
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 16), 0x27d4eb2f);
  return (h ^ (h >>> 15)) >>> 0;
}
