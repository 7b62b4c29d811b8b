import type { HostTensor, Session, Tensors } from '@retort/runtime';
import { type BatchPolicy, type GateConfig, Random, softmax, UserError } from '@retort/shared';
import { percentile } from '../report/latency.ts';
import { extremeInputs } from './extreme-inputs.ts';
import { drawInputs, type GateTexts } from './texts.ts';

/** Inputs in a batch, and how many of them are extreme in the batches that have such. */
const batchSize = 8;
const extremesInBatch = 4;

/** By how much probabilities change from an input that runs alone to the same input in company: the largest, and the 99th percentile. */
export interface Change {
  readonly largest: number;
  readonly p99: number;
}

/** How much a model's answers depend on what a text is batched with. */
export interface Company extends Change {
  /** Inputs that were measured. */
  readonly n: number;
  /** In batches of eight, of mixed lengths, padded. */
  readonly mixed: Change;
  /** In batches of eight of which four are extreme: of one token, of nothing, of random tokens. */
  readonly extreme: Change;
  /** Inputs whose most probable label changes in one of these batches. */
  readonly otherLabels: number;
}

/**
 * Runs inputs alone, in padded batches of mixed lengths, and beside extreme inputs, and compares the probability of each label at the
 * model's temperature. An input is what the model reads in one run: the change of a long text, a mean over several, is at most as large.
 *
 * @param count most texts; of each one input is drawn, and every other one is cut, so that the lengths are mixed even where all texts are long
 */
export async function measureCompany(
  session: Session,
  texts: GateTexts,
  count: number,
  file: string,
): Promise<Company> {
  const inputs = mixedLengths(drawInputs(texts, count, 'company'));
  const run = async (batch: readonly Int32Array[]): Promise<Float64Array[]> => {
    const { logits } = await session.run(batchFeeds(session, batch, texts.padId), { outputs: ['logits'] });
    return probabilityRows(logits, batch.length, texts, file);
  };
  const alone: Float64Array[] = [];
  for (const ids of inputs) alone.push((await run([ids]))[0]);
  const changed = new Set<number>();
  const changes = async (batchOf: (start: number) => readonly Int32Array[], step: number): Promise<number[]> => {
    const found: number[] = [];
    for (let start = 0; start < inputs.length; start += step) {
      const rows = await run(batchOf(start));
      for (let i = start; i < Math.min(start + step, inputs.length); i++) {
        found.push(largestDifference(alone[i], rows[i - start]));
        if (argmax(alone[i]) !== argmax(rows[i - start])) changed.add(i);
      }
    }
    return found;
  };
  const extremes = extremeInputs(texts, inputs);
  const mixed = await changes((start) => inputs.slice(start, start + batchSize), batchSize);
  const own = batchSize - extremesInBatch;
  const extreme = await changes(
    (start) => [...inputs.slice(start, start + own), ...rotated(extremes, start, extremesInBatch)],
    own,
  );
  return {
    n: inputs.length,
    ...summary([...mixed, ...extreme]),
    mixed: summary(mixed),
    extreme: summary(extreme),
    otherLabels: changed.size,
  };
}

/** How inputs may be batched so that no probability moves by more than the gate's `company`. */
export function batchFor({ largest }: Change, { company }: Pick<GateConfig, 'company'>): BatchPolicy {
  return largest > company ? 'alone' : 'any';
}

/** Every other input cut to a random length, at least 4 tokens with `[CLS]` and `[SEP]`. */
function mixedLengths(inputs: readonly Int32Array[]): Int32Array[] {
  const random = new Random(1, 'company', 'lengths');
  return inputs.map((ids, i) => {
    if (i % 2 === 0 || ids.length <= 4) return ids;
    const cut = ids.slice(0, 4 + random.integer(ids.length - 3));
    cut[cut.length - 1] = ids[ids.length - 1];
    return cut;
  });
}

/** Inputs of a padded batch: int64, shape [batch, length of the longest]. */
export function batchFeeds(session: Session, batch: readonly Int32Array[], padId: number): Tensors {
  const length = Math.max(...batch.map((ids) => ids.length));
  const shape = [batch.length, length];
  const ids = new BigInt64Array(batch.length * length).fill(BigInt(padId));
  const mask = new BigInt64Array(batch.length * length);
  for (const [row, input] of batch.entries()) {
    ids.set(BigInt64Array.from(input, BigInt), row * length);
    mask.fill(1n, row * length, row * length + input.length);
  }
  const int64 = (data: BigInt64Array): HostTensor => ({ type: 'int64', shape, data });
  const all: Tensors = {
    input_ids: int64(ids),
    attention_mask: int64(mask),
    token_type_ids: int64(new BigInt64Array(batch.length * length)),
  };
  return Object.fromEntries(session.inputNames.map((name) => [name, all[name]]));
}

/** [batch, labelCount] logits as a row of probabilities each. */
function probabilityRows({ data, shape }: HostTensor, rows: number, texts: GateTexts, file: string): Float64Array[] {
  const { labelCount, rule } = texts;
  if (!(data instanceof Float32Array) || data.length !== rows * labelCount) {
    throw new UserError(`the logits of a batch of ${rows} have shape [${shape.join(', ')}]`, {
      place: { file },
      remedy: `use a model that gives ${labelCount} logits for each text of a batch, float32`,
    });
  }
  const probabilities = softmax(data, labelCount, rule.temperature);
  return Array.from({ length: rows }, (_, i) => probabilities.slice(i * labelCount, (i + 1) * labelCount));
}

function rotated<T>(items: readonly T[], start: number, count: number): T[] {
  return Array.from({ length: count }, (_, i) => items[(start + i) % items.length]);
}

function largestDifference(a: Float64Array, b: Float64Array): number {
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i])), 0);
}

function argmax(row: Float64Array): number {
  return row.indexOf(Math.max(...row));
}

function summary(changes: readonly number[]): Change {
  return { largest: Math.max(0, ...changes), p99: changes.length === 0 ? 0 : percentile(changes, 0.99) };
}
