import type { Api } from '../../lib/api.ts';
import { valueIn } from '../../lib/columns.ts';
import { formatCsv } from '../../lib/csv.ts';
import { download } from '../../lib/download.ts';
import { askAll, type Question } from './use-runs.ts';

/** Saves all runs that the filter holds for, in the table's order and with its columns; returns how many. */
export async function exportCsv(api: Api, question: Question): Promise<number> {
  const runs = await askAll(api, question);
  const head = ['run', 'project', ...question.columns.map(({ id }) => id)];
  const rows = runs.map((run) => [run.run, run.project, ...question.columns.map((column) => valueIn(run, column))]);
  download('runs.csv', formatCsv(head, rows), 'text/csv');
  return runs.length;
}
