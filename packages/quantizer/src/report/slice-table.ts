import { type Column, none, type Table } from './columns.ts';
import type { EvaluationResult, Figures, Slice } from './results.ts';

/** A part of the texts, with the accuracy of each model on it. */
interface Row {
  readonly name: string;
  readonly n: number;
  /** In the order of the models. */
  readonly cells: readonly string[];
}

export interface SliceTable extends Table<Row> {
  readonly title: string;
}

/** The accuracies by source and by length, and the recall of each label, where there is more than one part; models are columns. */
export function sliceTables({ models }: EvaluationResult): SliceTable[] {
  const tables = [
    ['label', (figures: Figures) => figures.byLabel.map(({ name, n, recall }) => ({ name, n, share: recall }))],
    ['source', (figures: Figures) => figures.bySource.map(toPart)],
    ['length', (figures: Figures) => figures.byLength.map(toPart)],
  ] as const;
  return tables.flatMap(([title, parts]) => {
    const first = parts(models[0]);
    if (first.length < 2) return [];
    const rows = first.map(({ name, n }, i) => ({
      name,
      n,
      cells: models.map((model) => cell(parts(model)[i].share)),
    }));
    const columns: Column<Row>[] = [
      { title, align: 'left', cell: ({ name }) => name },
      { title: 'n', align: 'right', cell: ({ n }) => String(n) },
      ...models.map(({ model }, i): Column<Row> => ({ title: model, align: 'right', cell: ({ cells }) => cells[i] })),
    ];
    return [{ title: `by ${title}`, columns, rows }];
  });
}

function toPart({ name, n, accuracy }: Slice) {
  return { name, n, share: accuracy };
}

function cell(share: number | null): string {
  return share === null ? none : share.toFixed(4);
}
