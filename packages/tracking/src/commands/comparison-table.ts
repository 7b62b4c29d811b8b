import { csvLine } from '../export/csv.ts';
import { shortIds } from '../filter/index.ts';
import type { ComparedValues, Comparison } from '../queries/compare-runs.ts';
import type { Leaf } from '../queries/flatten.ts';
import { formatNumber, formatTable } from '../table.ts';

interface Options {
  /** Whether the curves' last values are shown, too. */
  readonly metrics: boolean;
}

/** A column a run; what none of them differs in is not there, but for figures. */
export function comparisonTable(comparison: Comparison, options: Options): string {
  return `${formatTable(lines(comparison, options, formatValue))}\n${notes(comparison).join('\n')}\n`;
}

export function comparisonCsv(comparison: Comparison, options: Options): string {
  return lines(comparison, options, (value) => value)
    .map(csvLine)
    .join('');
}

function lines<T>(
  { runs, config, environment, figures, metrics }: Comparison,
  options: Options,
  cell: (value: Leaf | undefined) => T,
): (string | T)[][] {
  const rows = (prefix: string, compared: readonly ComparedValues<Leaf>[]) =>
    compared.map(({ name, values }) => [prefix + name, ...values.map(cell)]);
  return [
    ['', ...shortIds(runs.map(({ run }) => run))],
    ['run', ...runs.map(({ project, stage }) => `${project}/${stage}`)],
    ['status', ...runs.map(({ status }) => status)],
    ...rows('config.', config),
    ...rows('', environment),
    ...rows('', figures),
    ...(options.metrics ? rows('last ', metrics) : []),
  ];
}

/** What was compared, so that what is not there can be told from what is the same. */
function notes({ stages, config, environment }: Comparison): string[] {
  const compared = stages.length === 0 ? 'each run’s own alone' : `of ${stages.join(', ')}`;
  const same = config.length === 0 ? ', which is the same' : '';
  const texts = environment.some(({ name }) => name === 'testSet')
    ? ['The reports measured on different test sets: part of a difference may be that of the texts.']
    : [];
  return [`Configuration compared: ${compared}${same}.`, ...texts];
}

function formatValue(value: Leaf | undefined): string {
  if (value === undefined) return '-';
  return typeof value === 'number' ? formatNumber(value) : String(value);
}
