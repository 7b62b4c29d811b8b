import { type Column, formatShare, type Table } from './columns.ts';
import type { EvaluationResult, Figures, Slice } from './results.ts';

/** A row is its cells. */
type Cells = readonly string[];

export interface SliceTable extends Table<Cells> {
  /** What it tells, such as `Accuracy by source`. */
  readonly title: string;
}

/** What models do to parts of the texts: how well each label is told, and the accuracy by source and by length, where there is more than one part. */
export function sliceTables({ models }: EvaluationResult): SliceTable[] {
  return [
    labelTable(models),
    ...accuracyTable('source', models, ({ bySource }) => bySource),
    ...accuracyTable('length', models, ({ byLength }) => byLength),
  ];
}

/** Precision, recall and F1 of each label, a row a label and model; a single model needs no name. */
export function labelTable(models: readonly Figures[]): SliceTable {
  const named = models.length > 1;
  const rows = models[0].byLabel.flatMap(({ name, n }, label) =>
    models.map(({ model, byLabel }) => {
      const { precision, recall, f1 } = byLabel[label];
      return [name, String(n), ...(named ? [model] : []), ...[precision, recall, f1].map(formatShare)];
    }),
  );
  const titles = ['label', 'n', ...(named ? ['model'] : []), 'precision', 'recall', 'F1'];
  return { title: 'Precision, recall and F1 by label', columns: columnsOf(titles), rows };
}

/** What texts of each label are taken for by a model: rows are what they are. */
export function confusionTable({ model, confusion, byLabel }: Figures): SliceTable {
  const names = byLabel.map(({ name }) => name);
  const rows = confusion.map((row, i) => [names[i], ...row.map(String)]);
  return { title: `Confusion of ${model}`, columns: columnsOf(['is, taken for', ...names]), rows };
}

/** Models are columns. */
function accuracyTable(
  part: string,
  models: readonly Figures[],
  slices: (figures: Figures) => readonly Slice[],
): SliceTable[] {
  const first = slices(models[0]);
  if (first.length < 2) return [];
  const rows = first.map(({ name, n }, i) => [
    name,
    String(n),
    ...models.map((model) => slices(model)[i].accuracy.toFixed(4)),
  ]);
  return [{ title: `Accuracy by ${part}`, columns: columnsOf([part, 'n', ...models.map(({ model }) => model)]), rows }];
}

/** Columns of figures; the first, and that of models, hold names. */
function columnsOf(titles: readonly string[]): Column<Cells>[] {
  return titles.map((title, i) => ({
    title,
    align: i === 0 || title === 'model' ? 'left' : 'right',
    cell: (cells) => cells[i],
  }));
}
