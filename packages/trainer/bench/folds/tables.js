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

/** Texts that only one of two models has right, and McNemar's exact p, over the texts of all folds and seeds. */
function pairsOf(a, b) {
  const only = (x, y) => x.filter((right, i) => right && !y[i]).length;
  return `${only(a, b)} : ${only(b, a)}, ${mcnemar(a, b).p.toPrecision(2)}`;
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
    '\n| student | accuracy | AUROC | of the teacher’s accuracy | minus the first | only it : only the first, p |\n|---|---|---|---|---|---|',
  );
  for (const variant of variants) {
    const rows = results.filter((row) => row.variant === variant);
    if (rows.length === 0) continue;
    const paired = rows.flatMap((row) => {
      const other = first.find(({ fold, seed }) => fold === row.fold && seed === row.seed);
      if (other === undefined) return [];
      return [{ ...row, other: other.student, difference: row.student.accuracy - other.student.accuracy }];
    });
    const texts = (side) => paired.flatMap((row) => row[side].correct);
    console.log(
      `| ${variant} | ${show(overSeeds(rows, (row) => row.student.accuracy))} | ${show(overSeeds(rows, (row) => row.student.auroc))} | ` +
        `${show(overSeeds(rows, (row) => row.student.accuracy / row.teacher.accuracy))} | ${show(overSeeds(paired, (row) => row.difference))} | ${variant === variants[0] ? '' : pairsOf(texts('student'), texts('other'))} |`,
    );
  }
}
