import { BandIndex, chooseBandRows, minhash } from './minhash.ts';
import { jaccard, shingle } from './shingles.ts';

/** What two texts are compared by. */
export interface Sketch {
  readonly shingles: Uint32Array;
  readonly signature: Uint32Array;
}

export function sketch(text: string): Sketch {
  const shingles = shingle(text);
  return { shingles, signature: minhash(shingles) };
}

/** Texts, under numbers, to be found by their near duplicates: those with a Jaccard similarity of at least `threshold`. */
export class SimilarTexts {
  readonly #threshold: number;
  readonly #index: BandIndex;
  readonly #shingles = new Map<number, Uint32Array>();

  constructor(threshold: number) {
    this.#threshold = threshold;
    this.#index = new BandIndex(chooseBandRows(threshold));
  }

  add(item: number, { shingles, signature }: Sketch): void {
    this.#shingles.set(item, shingles);
    this.#index.add(item, signature);
  }

  /** The numbers of the near duplicates, ascending. */
  find({ shingles, signature }: Sketch): number[] {
    return this.#index.candidates(signature).filter((item) => {
      const theirs = this.#shingles.get(item);
      return theirs !== undefined && jaccard(shingles, theirs) >= this.#threshold;
    });
  }
}
