import type { Random } from '@retort/shared';

/** The tokens of some texts, padded to the longest of them, in the form that the graphs take. */
export interface Batch {
  /** Which texts of the split these are. */
  readonly indices: readonly number[];
  readonly size: number;
  /** Tokens of the longest text. */
  readonly length: number;
  /** Ids that occur, ascending: int64 [unique]. */
  readonly uniqueIds: BigInt64Array;
  /** Place of each token's id in `uniqueIds`: int64 [size, length]. */
  readonly tokens: BigInt64Array;
  /** float32 [size, length] */
  readonly mask: Float32Array;
  /** Tokens without the padding. */
  readonly tokenCount: number;
}

/**
 * Texts are sorted by length within pools of batches: of so many at the most, and of small data so few that an epoch has four pools. One
 * pool for all would put a text among the same neighbours in every epoch. The numbers are those of transformers' LengthGroupedSampler.
 */
const mostBatchesInPool = 50;
const leastPools = 4;

function batchesInPool(texts: number, batchSize: number): number {
  return Math.max(1, Math.min(Math.floor(texts / (leastPools * batchSize)), mostBatchesInPool));
}

/**
 * The batches of an epoch: a random order, in which texts of like length share a batch, and the batches come in random
 * order again. Every text occurs once.
 */
export function shuffledBatches(lengths: readonly number[], batchSize: number, random: Random): number[][] {
  const order = random.shuffle(lengths.map((_, i) => i));
  const pools = cut(order, batchSize * batchesInPool(lengths.length, batchSize));
  const batches = pools.flatMap((pool) =>
    cut(
      pool.sort((a, b) => lengths[a] - lengths[b]),
      batchSize,
    ),
  );
  return random.shuffle(batches);
}

/** All texts, the longest first: for evaluation, where the order does not matter and memory is known after one batch. */
export function sortedBatches(lengths: readonly number[], batchSize: number): number[][] {
  const order = lengths.map((_, i) => i).sort((a, b) => lengths[b] - lengths[a] || a - b);
  return cut(order, batchSize);
}

/**
 * Tokens, padding included, that a model reads at once where texts are long. A batch of more is computed in parts, and their gradients are added up: the same
 * step, but what attention makes of a part, [texts, heads, length, length], stays nearer to the processor, takes less memory, and is padded less.
 */
export const tokensAtOnce = 2048;

/** The most tokens that are read at once of batches of so many texts: one text at least. */
export function mostTokens(batchSize: number, longestText: number): number {
  return Math.min(batchSize * longestText, Math.max(tokensAtOnce, longestText));
}

/** `indices`, in their order, in parts of at most `most` tokens, padding included: of one text at least. */
export function cutByTokens(indices: readonly number[], lengths: readonly number[], most = tokensAtOnce): number[][] {
  const parts: number[][] = [];
  let length = 0;
  for (const index of indices) {
    const part = parts.at(-1);
    length = Math.max(length, lengths[index]);
    if (part !== undefined && (part.length + 1) * length <= most) part.push(index);
    else {
      parts.push([index]);
      length = lengths[index];
    }
  }
  return parts;
}

/** Puts the encoded texts of `indices` into one batch. */
export function collate(encoded: readonly Int32Array[], indices: readonly number[], padId: number): Batch {
  const length = Math.max(...indices.map((i) => encoded[i].length));
  const ids = new Int32Array(indices.length * length).fill(padId);
  const mask = new Float32Array(ids.length);
  let tokenCount = 0;
  indices.forEach((index, row) => {
    ids.set(encoded[index], row * length);
    mask.fill(1, row * length, row * length + encoded[index].length);
    tokenCount += encoded[index].length;
  });
  const unique = [...new Set(ids)].sort((a, b) => a - b);
  const places = new Map(unique.map((id, place) => [id, BigInt(place)]));
  const tokens = BigInt64Array.from(ids, (id) => places.get(id) ?? 0n);
  return {
    indices,
    size: indices.length,
    length,
    uniqueIds: BigInt64Array.from(unique, BigInt),
    tokens,
    mask,
    tokenCount,
  };
}

/** `items` in parts of `size`; the last one may be smaller. */
export function cut<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}
