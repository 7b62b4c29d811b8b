import { createHash } from 'node:crypto';
import type { TrainingTexts } from '../data/texts.ts';

/** Inputs of one file of the store: few enough that little is lost when the computation is killed. */
const viewsInChunk = 2048;

/** Some of the inputs that a model reads in training, each once, the longest first. */
export interface Chunk {
  /** sha256 of the tokens. */
  readonly digest: string;
  readonly views: readonly Int32Array[];
  /** How many tokens the views before each have together; one more for the sum. */
  readonly tokenStarts: readonly number[];
}

/** Where the input stands that a model reads of a text in an epoch. */
export interface ViewPlace {
  readonly chunk: number;
  readonly row: number;
}

export interface ChunkedViews {
  readonly chunks: readonly Chunk[];
  /** `epoch` from 1. */
  place(epoch: number, text: number): ViewPlace;
}

/**
 * The inputs of so many epochs, equal ones once. The first epoch's stand in chunks of their own, then what the second one adds: a
 * longer training begins with the chunks of a shorter one.
 */
export function chunkViews(texts: Pick<TrainingTexts, 'views'>, epochs: number): ChunkedViews {
  const known = new Map<string, ViewPlace>();
  const chunks: Chunk[] = [];
  const places: (readonly ViewPlace[])[] = [];
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const views = texts.views(epoch);
    const digests = views.map(digestOf);
    const added = new Map<string, Int32Array>();
    for (const [i, digest] of digests.entries()) if (!known.has(digest)) added.set(digest, views[i]);
    const sorted = [...added].sort(([, a], [, b]) => b.length - a.length);
    for (let from = 0; from < sorted.length; from += viewsInChunk) {
      const part = sorted.slice(from, from + viewsInChunk);
      for (const [row, [digest]] of part.entries()) known.set(digest, { chunk: chunks.length, row });
      chunks.push(chunkOf(part));
    }
    places.push(digests.map((digest) => placeOf(known, digest)));
  }
  return { chunks, place: (epoch, text) => places[epoch - 1][text] };
}

function chunkOf(views: readonly (readonly [string, Int32Array])[]): Chunk {
  const hash = createHash('sha256');
  const tokenStarts = [0];
  for (const [digest, { length }] of views) {
    hash.update(digest);
    tokenStarts.push(tokenStarts[tokenStarts.length - 1] + length);
  }
  return { digest: hash.digest('hex'), views: views.map(([, view]) => view), tokenStarts };
}

function digestOf({ buffer, byteOffset, byteLength }: Int32Array): string {
  return createHash('sha256')
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('base64');
}

function placeOf(known: ReadonlyMap<string, ViewPlace>, digest: string): ViewPlace {
  const place = known.get(digest);
  if (place === undefined) throw new Error('an input stands in no chunk');
  return place;
}
