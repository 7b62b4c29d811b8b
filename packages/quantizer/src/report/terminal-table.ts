import { baselineOf, collapsedModels } from './baseline.ts';
import { type Column, qualityColumns, speedColumns, type Table } from './columns.ts';
import { plural } from './plural.ts';
import type { ModelResult, Results } from './results.ts';
import { decisionSummary } from './usage.ts';

/** The results as aligned lines; with `box`, between lines drawn in Unicode, as a terminal shows them well. */
export function terminalTable(results: Results, { box }: { readonly box: boolean }): string {
  const { models, evaluations } = results;
  const further = evaluations.slice(1).map(({ name, n, models }) => {
    const accuracies = models.map(({ model, accuracy }) => `${model} ${accuracy.toFixed(4)}`);
    return `${name}, n = ${n}: accuracy ${accuracies.join(', ')}`;
  });
  return `${[
    ...drawn({ columns: qualityColumns<ModelResult>(({ name }) => name), rows: models }, box),
    '',
    ...drawn({ columns: speedColumns(results), rows: models }, box),
    '',
    ...caption(results),
    ...further,
    ...collapsedModels(results).map(({ name, what }) => `warning: ${name} ${what}`),
  ].join('\n')}\n`;
}

function drawn<Row>({ columns, rows: all }: Table<Row>, box: boolean): string[] {
  const rows = [columns.map(({ title }) => title), ...all.map((row) => columns.map((column) => column.cell(row)))];
  const widths = columns.map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  const [head, ...body] = rows.map((row) => row.map((text, i) => pad(text, widths[i], columns[i])));
  if (!box) {
    return [head.join('  '), widths.map((width) => '-'.repeat(width)).join('  '), ...body.map((row) => row.join('  '))];
  }
  return [
    rule(widths, '┌─', '─┬─', '─┐'),
    `│ ${head.join(' │ ')} │`,
    rule(widths, '├─', '─┼─', '─┤'),
    ...body.map((row) => `│ ${row.join(' │ ')} │`),
    rule(widths, '└─', '─┴─', '─┘'),
  ];
}

function caption(results: Results): string[] {
  const { split, measurement, models, evaluations } = results;
  const baseline = baselineOf(evaluations[0].models[0]);
  const { batch, threads } = measurement;
  const workers = models[0].resources?.throughput.workers;
  return [
    `${split.name} split, n = ${split.n}, sha256 ${split.sha256.slice(0, 12)}; accuracy: ${decisionSummary(results)};`,
    `always answering ${baseline.label}, the most frequent label, has accuracy ${baseline.accuracy.toFixed(4)};`,
    'ECE: expected calibration error; TPR: true-positive rate at 1 % and 5 % false positives;',
    'p: McNemar, exact (texts that the teacher alone : the model alone has right)',
    `ms: median (95th, 99th percentile) at batch ${batch}, ${plural(threads, 'thread')}` +
      (workers === undefined ? '' : `; texts/s: ${plural(workers, 'worker')} of one thread`),
  ];
}

function pad<Row>(text: string, width: number, { align }: Column<Row>): string {
  return align === 'left' ? text.padEnd(width) : text.padStart(width);
}

function rule(widths: readonly number[], left: string, middle: string, right: string): string {
  return left + widths.map((width) => '─'.repeat(width)).join(middle) + right;
}
