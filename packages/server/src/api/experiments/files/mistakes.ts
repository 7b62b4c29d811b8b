import { readPredictions } from './predictions.ts';
import type { TextsOf } from './texts.ts';

/** Characters of a text that are shown. */
const shown = 2000;

interface Question {
  readonly model: string;
  readonly evaluation: string;
  readonly limit: number;
  /** How many of the surest are passed over. */
  readonly offset: number;
}

/** The texts that a model got wrong, the surest answers first, out of a report's stored predictions. */
export async function readMistakes(folder: string, { model, evaluation, limit, offset }: Question, texts: TextsOf) {
  const { set, predictions } = await readPredictions(folder, { model, evaluation });
  const wrong = predictions
    .filter(({ label, answer }) => label !== answer)
    .sort((a, b) => b.probability - a.probability || a.id - b.id);
  const page = wrong.slice(offset, offset + limit);
  const { found, withheld } = await texts(
    set,
    page.map(({ id }) => id),
  );
  const mistakes = page.map((mistake) => {
    const text = found.get(mistake.id) ?? null;
    return { ...mistake, text: text?.slice(0, shown) ?? null, cut: (text?.length ?? 0) > shown };
  });
  return { model, evaluation, n: predictions.length, wrong: wrong.length, offset, mistakes, withheld };
}
