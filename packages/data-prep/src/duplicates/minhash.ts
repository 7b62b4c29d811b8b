import { Random } from '@retort/shared';

/** Numbers in a signature. Its estimate of a similarity J has the standard error sqrt(J (1 - J) / 64): at most 0.0625. */
export const signatureSize = 64;

const random = new Random(0, 'minhash');
const multipliers = Uint32Array.from({ length: signatureSize }, () => random.uint32() | 1);
const offsets = Uint32Array.from({ length: signatureSize }, () => random.uint32());

/**
 * MinHash (Broder 1997): for each of 64 hash functions x -> a x + b (mod 2^32) the smallest value over the set. Two sets
 * agree in one entry with a probability equal to their Jaccard similarity.
 */
export function minhash(shingles: Uint32Array): Uint32Array {
  const signature = new Uint32Array(signatureSize);
  for (let k = 0; k < signatureSize; k++) {
    const a = multipliers[k];
    const b = offsets[k];
    let least = 0xffffffff;
    for (let i = 0; i < shingles.length; i++) {
      const value = (Math.imul(shingles[i], a) + b) >>> 0;
      if (value < least) least = value;
    }
    signature[k] = least;
  }
  return signature;
}

/**
 * Rows in a band of the locality-sensitive hashing: as many as still find a pair at the threshold with a probability of
 * 0.999, so that few other pairs are compared. Two texts of similarity J share a band with probability 1 - (1 - J^r)^(64/r).
 */
export function chooseBandRows(threshold: number): number {
  const found = (rows: number) => 1 - (1 - threshold ** rows) ** (signatureSize / rows);
  return [64, 32, 16, 8, 4, 2].find((rows) => found(rows) >= 0.999) ?? 1;
}

/** An index of signatures by their bands. */
export class BandIndex {
  readonly #rows: number;
  readonly #bands: Map<number, number[]>[];

  constructor(bandRows: number) {
    this.#rows = bandRows;
    this.#bands = Array.from({ length: signatureSize / bandRows }, () => new Map());
  }

  add(item: number, signature: Uint32Array): void {
    this.#bands.forEach((buckets, band) => {
      const key = this.#key(signature, band);
      const bucket = buckets.get(key);
      if (bucket === undefined) buckets.set(key, [item]);
      else bucket.push(item);
    });
  }

  /** The items that share a band with the signature, ascending. */
  candidates(signature: Uint32Array): number[] {
    const found = new Set<number>();
    this.#bands.forEach((buckets, band) => {
      for (const item of buckets.get(this.#key(signature, band)) ?? []) found.add(item);
    });
    return [...found].sort((a, b) => a - b);
  }

  /** 32 bits of a band. If two bands share a key, one more pair is compared: no harm. */
  #key(signature: Uint32Array, band: number): number {
    let key = 0;
    for (let i = band * this.#rows; i < (band + 1) * this.#rows; i++) {
      key = Math.imul(key ^ signature[i], 0x9e3779b1);
      key ^= key >>> 15;
    }
    return key;
  }
}
