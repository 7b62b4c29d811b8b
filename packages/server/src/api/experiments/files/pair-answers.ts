import { mcnemar, UserError } from '@retort/shared';
import type { PairedAnswers, ReportedModel } from '@retort/tracking';
import { readPredictions } from './predictions.ts';

/** Whether the answer to each text is right, by the texts' ids. */
type Answers = ReadonlyMap<number, boolean>;

/** Models whose answers are kept: as many as a comparison has runs at the most. */
const mostKept = 200;

/**
 * McNemar's test between models of two reports, out of the predictions that each has kept of the same texts. `folderOf`: of a run; a NotFound if it
 * is no longer there. What was read stays, for a report does not change.
 */
export function createPairAnswers(folderOf: (run: string) => Promise<string>) {
  const kept = new Map<string, Answers>();
  const answersOf = async (model: ReportedModel) => {
    const key = JSON.stringify([model.run, model.model, model.dataSet]);
    const answers = kept.get(key) ?? (await readAnswers(folderOf, model));
    kept.delete(key);
    if (answers !== undefined) kept.set(key, answers);
    const [oldest] = kept.keys();
    if (kept.size > mostKept) kept.delete(oldest);
    return answers;
  };
  return async (a: ReportedModel, b: ReportedModel): Promise<PairedAnswers | undefined> => {
    const [ofA, ofB] = [await answersOf(a), await answersOf(b)];
    if (ofA === undefined || ofB === undefined || ofA.size !== ofB.size) return undefined;
    const ids = [...ofA.keys()];
    if (!ids.every((id) => ofB.has(id))) return undefined;
    const inOrder = (answers: Answers) => Uint8Array.from(ids, (id) => Number(answers.get(id)));
    return mcnemar(inOrder(ofA), inOrder(ofB));
  };
}

async function readAnswers(
  folderOf: (run: string) => Promise<string>,
  { run, model, dataSet }: ReportedModel,
): Promise<Answers | undefined> {
  try {
    const { predictions } = await readPredictions(await folderOf(run), { model, dataSet });
    return new Map(predictions.map(({ id, label, answer }) => [id, label === answer]));
  } catch (error) {
    // What is gone, damaged or of another version cannot be paired, and the figures are told without.
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
