import { escaped } from '../report/markdown.ts';
import { type ModelSpread, type SeedResults, type Spread, seedMetrics } from './compare-seeds.ts';

const titles = { accuracy: 'accuracy', macroF1: 'macro F1', auroc: 'AUROC', loss: 'loss' } as const;

/** `results.md` of the artifact `seeds`: the two tables, and what one must know to read them. */
export function seedsMarkdown(results: SeedResults): string {
  const { experiment, seeds, split } = results;
  const lines = [
    `# Results of ${escaped(experiment)} over ${seeds.length} seeds`,
    '',
    ...markdownTable('model', results.models, interval),
    '',
    '## Differences from the teacher of the same seed',
    '',
    ...markdownTable('model − teacher', results.differences, difference),
    '',
    '## Each seed',
    '',
    ...markdownRows([
      ['model', ...seeds.map((seed) => `seed ${seed}`)],
      ...results.models.map(({ name, accuracy }) => [
        name,
        ...(accuracy?.values ?? []).map((value) => value.toFixed(4)),
      ]),
    ]),
    '',
    'Accuracy. All figures, unrounded, are in `results.json`.',
    '',
    `- **Texts**: the ${split.name} split, n = ${split.n}, the same for all seeds; sha256 of its file \`${split.sha256}\`.`,
    `- **Seeds** ${seeds.join(', ')}: each trained a teacher and a student of its own.`,
    '- A figure is the mean over the seeds, with **Student’s 95 % interval** of that mean: it tells how much the result hangs on the seed of the ' +
      'training, not on the choice of the texts, of which the interval in the report of each seed tells.',
    '- An interval ends where the figure does, as accuracy at 0 and 1: Student’s own may go beyond.',
    ...(seeds.length < 3 ? [`- **Two seeds** ${fewSeeds}.`] : []),
    '- **Differences** are taken seed by seed, then averaged: an interval without 0 in it tells of a difference.',
  ];
  return `${lines.join('\n')}\n`;
}

/** The two tables as aligned lines, for a terminal. */
export function seedsTerminalTable(results: SeedResults): string {
  const { seeds, split } = results;
  return `${[
    ...alignedRows(rowsOf('model', results.models, interval)),
    '',
    ...alignedRows(rowsOf('model − teacher', results.differences, difference)),
    '',
    ...(seeds.length < 3 ? [`warning: two seeds ${fewSeeds}`] : []),
    `${split.name} split, n = ${split.n}; mean and Student's 95 % interval over the seeds ${seeds.join(', ')}`,
  ].join('\n')}\n`;
}

/** Of Student's t with one degree of freedom. */
const fewSeeds =
  'tell next to nothing of how much others would differ: the intervals are 12.7 standard errors wide to each side. Name three or more, better five';

type Cell = (spread: Spread | null) => string;

const interval: Cell = (spread) =>
  spread === null ? '–' : `${spread.mean.toFixed(4)} (${spread.interval.map((end) => end.toFixed(4)).join('–')})`;
const difference: Cell = (spread) =>
  spread === null ? '–' : `${signed(spread.mean)} (${spread.interval.map(signed).join(' to ')})`;

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;
}

function rowsOf(title: string, models: readonly ModelSpread[], cell: Cell): string[][] {
  return [
    [title, ...seedMetrics.map((metric) => titles[metric])],
    ...models.map((model) => [model.name, ...seedMetrics.map((metric) => cell(model[metric]))]),
  ];
}

function markdownTable(title: string, models: readonly ModelSpread[], cell: Cell): string[] {
  return markdownRows(rowsOf(title, models, cell));
}

function markdownRows([head, ...body]: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(head),
    line(head.map((_, i) => (i === 0 ? '---' : '---:'))),
    ...body.map((row) => line(row.map(escaped))),
  ];
}

function alignedRows(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  const line = (row: readonly string[]) =>
    row.map((text, i) => (i === 0 ? text.padEnd(widths[i]) : text.padStart(widths[i]))).join('  ');
  const [head, ...body] = rows.map(line);
  return [head, widths.map((width) => '-'.repeat(width)).join('  '), ...body];
}
