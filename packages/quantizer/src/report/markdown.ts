import { qualityColumns, robustnessColumns, speedColumns, type Table } from './columns.ts';
import { type Note, qualityNotes, robustnessNotes, speedNotes } from './notes.ts';
import type { EvaluationResult, Figures, ModelResult, Results } from './results.ts';
import { confusionTable, sliceTables } from './slice-table.ts';

/** `results.md`: the tables, and below each what one must know to read it. */
export function resultsMarkdown(results: Results): string {
  const { models, evaluations } = results;
  const [test, ...further] = evaluations;
  const lines = [
    `# Results of ${escaped(results.experiment)}`,
    '',
    ...markdownTable({ columns: qualityColumns<ModelResult>(({ name }) => name), rows: models }),
    '',
    ...markdownNotes(qualityNotes(results)),
    '',
    '## Size and speed',
    '',
    ...markdownTable({ columns: speedColumns(results), rows: models }),
    '',
    ...markdownNotes(speedNotes(results)),
    '',
    '## Robustness',
    '',
    ...markdownTable({ columns: robustnessColumns(results), rows: models }),
    '',
    ...markdownNotes(robustnessNotes(results)),
    ...slices(test),
    ...further.flatMap(evaluationMarkdown),
  ];
  return `${lines.join('\n')}\n`;
}

function evaluationMarkdown(evaluation: EvaluationResult): string[] {
  const { name, file, sha256, n, rejected } = evaluation;
  return [
    '',
    `## Evaluation ${escaped(name)}`,
    '',
    ...markdownTable({ columns: qualityColumns<Figures>(({ model }) => model), rows: evaluation.models }),
    '',
    `n = ${n} texts of ${escaped(file)}, sha256 \`${sha256}\`${rejected === 0 ? '' : `; ${rejected} rows of no use`}.`,
    ...slices(evaluation),
  ];
}

function slices(evaluation: EvaluationResult): string[] {
  return [...evaluation.models.map(confusionTable), ...sliceTables(evaluation)].flatMap((table) => [
    '',
    `### ${escaped(evaluation.name)}: ${escaped(table.title)}`,
    '',
    ...markdownTable(table),
  ]);
}

export function markdownTable<Row>({ columns, rows }: Table<Row>): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map(({ title }) => escaped(title))),
    line(columns.map(({ align }) => (align === 'left' ? '---' : '---:'))),
    ...rows.map((row) => line(columns.map((column) => escaped(column.cell(row))))),
  ];
}

function markdownNotes(notes: readonly Note[]): string[] {
  return notes.map(([term, text]) => `- **${escaped(term)}** ${escaped(text)}`);
}

/** Names come from files: they must not break the table. */
export function escaped(text: string): string {
  return text.replace(/[\\|*_`<>[\]]/g, '\\$&').replace(/\s+/g, ' ');
}
