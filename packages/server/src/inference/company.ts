import type { Trial } from '@retort/runtime';
import type { Company } from './queued-model.ts';
import { logitRows, modelInputs } from './run-tensors.ts';

/** Lengths and numbers of inputs that are tried. */
const lengths = [8, 16, 32, 64, 128];
const sizes = [2, 4, 8, 16];
/** Runs of each, of which the fastest counts. */
const rounds = 5;
/** Company has to gain this much of the time, or it is not worth the wait of the first for the last. */
const worth = 0.9;
/** Where nothing is measured: what pays on a CPU with AVX-512 (docs/performance.md). */
export const usualCompany: Company = { longest: 32, tokens: 256 };

/** Some text's worth of ids: speed does not depend on them. */
export function someIds(
  length: number,
  seed: number,
  [first, last, vocabulary]: readonly [number, number, number],
): Int32Array {
  const ids = Int32Array.from({ length }, (_, i) => (i * 7919 + seed * 104_729) % vocabulary);
  ids[0] = first;
  ids[length - 1] = last;
  return ids;
}

export interface CompanyOptions {
  readonly labelCount: number;
  readonly maxTokens: number;
  /** Id of `[CLS]`, of `[SEP]`, and how many ids there are. */
  readonly ids: readonly [number, number, number];
}

/** Whether inputs get the same logits alone and in company of equal lengths, to the last bit. */
export async function isBitEqual(model: Trial, { labelCount, maxTokens, ids }: CompanyOptions): Promise<boolean> {
  for (const length of [5, 16, 31].filter((one) => one <= maxTokens)) {
    for (const size of [2, 5, 8]) {
      const rows = Array.from({ length: size }, (_, seed) => someIds(length, seed, ids));
      const together = await infer(model, rows, labelCount);
      for (const [i, row] of rows.entries()) {
        const [alone] = await infer(model, [row], labelCount);
        if (alone.some((logit, k) => !Object.is(logit, together[i][k]))) return false;
      }
    }
  }
  return true;
}

/** Measures which lengths gain by company, and up to how many tokens; undefined where none does. */
export async function measureCompany(model: Trial, options: CompanyOptions): Promise<Company | undefined> {
  let longest = 0;
  let tokens = 0;
  for (const length of lengths.filter((one) => one <= options.maxTokens)) {
    const alone = await fastest(model, length, 1, options);
    let best = { size: 1, each: alone * worth };
    for (const size of sizes) {
      const each = (await fastest(model, length, size, options)) / size;
      if (each < best.each) best = { size, each };
    }
    if (best.size === 1) break;
    longest = length;
    tokens = Math.max(tokens, length * best.size);
  }
  return longest === 0 ? undefined : { longest, tokens };
}

/** Milliseconds of the fastest of some runs. */
async function fastest(model: Trial, length: number, size: number, options: CompanyOptions): Promise<number> {
  const rows = Array.from({ length: size }, (_, seed) => someIds(length, seed, options.ids));
  const inputs = modelInputs(model.inputNames, rows);
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) best = Math.min(best, (await model.run(inputs, ['logits'])).ms);
  return best;
}

async function infer(model: Trial, rows: readonly Int32Array[], labelCount: number): Promise<Float32Array[]> {
  const { outputs } = await model.run(modelInputs(model.inputNames, rows), ['logits']);
  return logitRows(outputs.logits, rows.length, labelCount);
}
