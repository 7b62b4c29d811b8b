// What folds.js prints: Markdown.
import { mcnemar } from '@retort/shared';

/** Two-sided 95 % points of Student's t distribution, by degrees of freedom from 1. */
const t95 = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145];

/** Mean, and half of its 95 % interval. */
export function meanAndInterval(values) {
  const n = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  if (n < 2) return { mean, half: Number.NaN };
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  return { mean, half: ((t95[n - 2] ?? 1.96) * deviation) / Math.sqrt(n) };
}

/**
 * Two students on the texts of all folds, `rows` with `fold` and the `correct` answers of both: how many texts one has right with more
 * seeds than the other, and the exact sign test over the texts, which is McNemar's where each fold has one seed. A text counts once
 * however many seeds its fold has: what several trainings make of one text is no evidence of several texts.
 */
export function compareByText(rows) {
  const folds = [...new Set(rows.map(({ fold }) => fold))];
  const seedsRight = (side) => folds.flatMap((fold) => sumByText(rows.filter((row) => row.fold === fold).map(side)));
  return mcnemar(
    seedsRight(({ student }) => student.correct),
    seedsRight(({ other }) => other.correct),
  );
}

/** How many of some trainings have each text of a fold right. */
function sumByText(trainings) {
  const [first] = trainings;
  if (trainings.some(({ length }) => length !== first.length)) throw new Error('the seeds of a fold have other texts');
  return first.map((_, i) => trainings.reduce((sum, correct) => sum + correct[i], 0));
}

function showComparison({ onlyA, onlyB, p }) {
  return `${onlyA} : ${onlyB}, ${p.toPrecision(2)}`;
}

export function printTables(results, variants) {
  const seeds = [...new Set(results.map(({ seed }) => seed))];
  const folds = [...new Set(results.map(({ fold }) => fold))].sort();
  /** The mean over the folds for each seed, then mean and interval over the seeds. */
  const overSeeds = (rows, value) => {
    const bySeed = seeds
      .map((seed) => rows.filter((row) => row.seed === seed).map(value))
      .filter((own) => own.length > 0);
    return meanAndInterval(bySeed.map((own) => own.reduce((a, b) => a + b, 0) / own.length));
  };
  const show = ({ mean, half }) => `${mean.toFixed(4)}${Number.isNaN(half) ? '' : ` ± ${half.toFixed(4)}`}`;
  const first = results.filter(({ variant }) => variant === variants[0]);

  console.log(
    `\n| fold | n | TF-IDF | TF-IDF, tuned | teacher | student "${variants[0]}" |\n|---|---:|---|---|---|---|`,
  );
  const line = (name, rows) => {
    const cell = (role) =>
      `${show(overSeeds(rows, (row) => row[role].accuracy))} (${show(overSeeds(rows, (row) => row[role].auroc))})`;
    const n = folds.map((fold) => rows.find((row) => row.fold === fold)?.plain.n ?? 0).reduce((a, b) => a + b, 0);
    console.log(`| ${name} | ${n} | ${cell('plain')} | ${cell('tuned')} | ${cell('teacher')} | ${cell('student')} |`);
  };
  for (const fold of folds)
    line(
      fold,
      first.filter((row) => row.fold === fold),
    );
  line('mean', first);

  console.log(
    '\n| student | accuracy | AUROC | of the teacher’s accuracy | minus the first | more often right : less often, p |\n|---|---|---|---|---|---|',
  );
  for (const variant of variants) {
    const rows = results.filter((row) => row.variant === variant);
    if (rows.length === 0) continue;
    const paired = rows.flatMap((row) => {
      const other = first.find(({ fold, seed }) => fold === row.fold && seed === row.seed);
      if (other === undefined) return [];
      return [{ ...row, other: other.student, difference: row.student.accuracy - other.student.accuracy }];
    });
    console.log(
      `| ${variant} | ${show(overSeeds(rows, (row) => row.student.accuracy))} | ${show(overSeeds(rows, (row) => row.student.auroc))} | ` +
        `${show(overSeeds(rows, (row) => row.student.accuracy / row.teacher.accuracy))} | ${show(overSeeds(paired, (row) => row.difference))} | ${variant === variants[0] ? '' : showComparison(compareByText(paired))} |`,
    );
  }
  if (variants.length > 1) console.log(`\n${comparisonNote(results)}`);
}

/** What the last column of the table of students is. */
export function comparisonNote(results) {
  const seedsOf = new Map();
  for (const { fold, seed } of results) seedsOf.set(fold, new Set([...(seedsOf.get(fold) ?? []), seed]));
  const once = [...seedsOf.values()].every(({ size }) => size === 1);
  const test = once
    ? 'texts that only this student, and only the first, has right, over all folds; p is McNemar’s, exact.'
    : 'texts that this student has right with more seeds than the first, and with fewer, over all folds; p is the exact sign test over texts, each of which counts once.';
  return `Last column: ${test} It is of these trained models: how far another seed would lead elsewhere, the intervals over the seeds say.`;
}
