import { mcnemar, UserError } from '@retort/shared';
import type { PairedAnswers, ReportedModel } from '@retort/tracking';
import { readPredictions } from './predictions.ts';

/** A model's answers to texts, by the texts' ids in rising order. */
interface Answers {
  readonly ids: Float64Array;
  /** [ids], 1 where the answer is right. */
  readonly right: Uint8Array;
}

/**
 * McNemar's test between models of two reports, out of the predictions that each has kept of the same texts. `folderOf`: of a run; a NotFound if it
 * is no longer there. What was read stays, for a report does not change, up to `mostKept` bytes; the answers that were asked for last stay longest.
 */
export function createPairAnswers(folderOf: (run: string) => Promise<string>, mostKept = 64 << 20) {
  const kept = new Map<string, Answers>();
  const underWay = new Map<string, Promise<Answers | undefined>>();
  let keptBytes = 0;
  let last: Promise<unknown> = Promise.resolve();

  const keep = (key: string, answers: Answers) => {
    kept.set(key, answers);
    keptBytes += bytesOf(answers);
    for (const [oldest, old] of kept) {
      if (keptBytes <= mostKept) break;
      kept.delete(oldest);
      keptBytes -= bytesOf(old);
    }
  };
  const answersOf = async (model: ReportedModel): Promise<Answers | undefined> => {
    const key = JSON.stringify([model.run, model.model, model.dataSet]);
    const known = kept.get(key);
    if (known !== undefined) {
      kept.delete(key);
      kept.set(key, known);
      return known;
    }
    const others = underWay.get(key);
    if (others !== undefined) return others;
    // One after the other: reading is computing, which is done no sooner side by side, but holds all files in memory at once.
    const read = last.then(() => readAnswers(folderOf, model));
    last = read.catch(() => undefined);
    underWay.set(key, read);
    try {
      const answers = await read;
      if (answers !== undefined) keep(key, answers);
      return answers;
    } finally {
      underWay.delete(key);
    }
  };
  return async (a: ReportedModel, b: ReportedModel): Promise<PairedAnswers | undefined> => {
    const ofA = await answersOf(a);
    const ofB = ofA && (await answersOf(b));
    if (ofA === undefined || ofB === undefined || ofA.ids.length !== ofB.ids.length) return undefined;
    return ofA.ids.every((id, i) => id === ofB.ids[i]) ? mcnemar(ofA.right, ofB.right) : undefined;
  };
}

/** Of memory, with those of the objects around the arrays, about. */
function bytesOf({ ids, right }: Answers): number {
  return 500 + ids.byteLength + right.byteLength;
}

async function readAnswers(
  folderOf: (run: string) => Promise<string>,
  { run, model, dataSet }: ReportedModel,
): Promise<Answers | undefined> {
  try {
    const { predictions } = await readPredictions(await folderOf(run), { model, dataSet });
    predictions.sort((a, b) => a.id - b.id);
    return {
      ids: Float64Array.from(predictions, ({ id }) => id),
      right: Uint8Array.from(predictions, ({ label, answer }) => Number(label === answer)),
    };
  } catch (error) {
    // What is gone, damaged or of another version cannot be paired, and the figures are told without.
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
