import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { artifactInputs, readManifest, readRows } from '@retort/shared';
import { z } from 'zod';
import { readPredictions } from './predictions.ts';

/** Characters of a text that are shown. */
const shown = 2000;

interface Question {
  readonly model: string;
  readonly evaluation: string;
  readonly limit: number;
}

/** The texts that a model got wrong, the surest answers first, out of a report's stored predictions. */
export async function readMistakes(folder: string, { model, evaluation, limit }: Question, texts: TextsOf) {
  const { set, predictions } = await readPredictions(folder, { model, evaluation });
  const wrong = predictions
    .filter(({ label, answer }) => label !== answer)
    .sort((a, b) => b.probability - a.probability || a.id - b.id);
  const { found, withheld } = await texts(set);
  const mistakes = wrong.slice(0, limit).map((mistake) => {
    const text = found.get(mistake.id) ?? null;
    return { ...mistake, text: text?.slice(0, shown) ?? null, cut: (text?.length ?? 0) > shown };
  });
  return { model, evaluation, n: predictions.length, wrong: wrong.length, mistakes, withheld };
}

/** The texts of an evaluation by their ids, or why there are none. */
export type TextsOf = (set: { readonly name: string; readonly file: string }) => Promise<{
  readonly found: ReadonlyMap<number, string>;
  readonly withheld: string | null;
}>;

const none = (withheld: string) => ({ found: new Map<number, string>(), withheld });

export const withheldTexts: TextsOf = async () =>
  none('this server does not show texts of the data; who may see them starts it with --texts always');

/** The texts of the test split that a report was made on, as long as its prepare artifact is the one that is there. */
export function splitTexts(workspace: string, folder: string): TextsOf {
  return async ({ name, file }) => {
    if (name !== 'test') return none(`these texts are in ${file}; the ids are its lines`);
    const { inputs } = readManifest(folder);
    const [made] = Object.keys(inputs).filter((input) => /^artifacts\/[^/]+\/prepare\/checksums\.txt$/.test(input));
    const prepared = made === undefined ? undefined : join(workspace, made, '..');
    if (prepared === undefined || !['manifest.json', 'test.parquet'].every((file) => existsSync(join(prepared, file))))
      return none('the prepared texts are gone');
    const [sum] = Object.values(artifactInputs([{ manifest: readManifest(prepared) }]));
    if (sum !== inputs[made]) return none('the data was prepared anew since this report: its texts are others');
    const rows = await readRows(join(prepared, 'test.parquet'), z.object({ id: z.int(), text: z.string() }));
    return { found: new Map(rows.map(({ id, text }) => [id, text])), withheld: null };
  };
}
