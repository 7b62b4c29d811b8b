import { qualityColumns, robustnessColumns, speedColumns, type Table } from '../columns.ts';
import { type Note, qualityNotes, robustnessNotes, speedNotes } from '../notes.ts';
import type { EvaluationResult, Figures, ModelResult, Results } from '../results.ts';
import { sliceTables } from '../slice-table.ts';
import { legend, reliabilityChart, rocChart, tradeoffChart } from './charts.ts';
import { style } from './style.ts';
import { escapeHtml } from './svg.ts';

/** `report.html`: tables and charts in one file that needs no other. */
export function resultsPage(results: Results): string {
  const { experiment, models, evaluations, split, measurement } = results;
  const names = models.map(({ name }) => name);
  const body = [
    `<h1>${escapeHtml(experiment)}</h1>`,
    `<p class="soft">${models.length} models on ${split.n} texts of the ${split.name} split; ${escapeHtml(measurement.machine.cpu)}, ${escapeHtml(measurement.executor)}</p>`,
    '<h2>Quality</h2>',
    htmlTable({ columns: qualityColumns<ModelResult>(({ name }) => name), rows: models }),
    htmlNotes(qualityNotes(results)),
    '<h2>Size and speed</h2>',
    `<div class="grid2">${[
      figure(
        'Accuracy against size',
        tradeoffChart(models, 'size in MB', ({ bytes }) => bytes / 1e6),
      ),
      figure(
        'Accuracy against latency',
        tradeoffChart(models, 'ms a text, median', ({ mix }) => mix.p50),
      ),
    ].join('')}</div>`,
    '<p class="soft">Bars are 95 % intervals; the dotted line joins the models that no other beats in both.</p>',
    htmlTable({ columns: speedColumns(results), rows: models }),
    htmlNotes(speedNotes(results)),
    '<h2>Robustness</h2>',
    htmlTable({ columns: robustnessColumns(results), rows: models }),
    htmlNotes(robustnessNotes(results)),
    ...evaluations.map((evaluation, i) => evaluationSection(evaluation, names, split.labels, i > 0)),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(experiment)}: results</title>
<style>${style}</style>
</head>
<body>
${body.join('\n')}
</body>
</html>
`;
}

function evaluationSection(
  evaluation: EvaluationResult,
  names: readonly string[],
  labels: readonly string[],
  withTable: boolean,
): string {
  const { name, n, file, models } = evaluation;
  const curves = models[0].roc.map(({ label }, i) => figure(`ROC: ${label}`, rocChart(evaluation, i)));
  return [
    `<h2>${escapeHtml(name)}</h2>`,
    `<p class="soft">n = ${n}, ${escapeHtml(file)}</p>`,
    withTable ? htmlTable({ columns: qualityColumns<Figures>(({ model }) => model), rows: models }) : '',
    legend(names),
    `<div class="grid2">${figure('Reliability', reliabilityChart(evaluation))}${curves.join('')}</div>`,
    '<h3>Confusion: rows are what texts are, columns what they are taken for</h3>',
    `<div class="grid2">${models.map((model) => confusionFigure(model, labels)).join('')}</div>`,
    ...sliceTables(evaluation).map((table) => `<h3>${escapeHtml(table.title)}</h3>${htmlTable(table)}`),
  ].join('\n');
}

function confusionFigure({ model, confusion }: Figures, labels: readonly string[]): string {
  const head = labels.map((label) => `<th scope="col">${escapeHtml(label)}</th>`).join('');
  const rows = confusion.map((row, i) => {
    const n = row.reduce((sum, count) => sum + count, 0);
    const cells = row.map((count) => `<td style="--share:${(n === 0 ? 0 : count / n).toFixed(3)}">${count}</td>`);
    return `<tr><th scope="row">${escapeHtml(labels[i])}</th>${cells.join('')}</tr>`;
  });
  return figure(
    model,
    `<div class="scroll"><table class="confusion"><thead><tr><th></th>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`,
  );
}

function figure(caption: string, content: string): string {
  return `<figure><figcaption>${escapeHtml(caption)}</figcaption>${content}</figure>`;
}

function htmlTable<Row>({ columns, rows }: Table<Row>): string {
  const head = columns.map(({ title }) => `<th scope="col">${escapeHtml(title)}</th>`);
  const body = rows.map((row) => {
    const [first, ...rest] = columns.map((column) => escapeHtml(column.cell(row)));
    return `<tr><th scope="row">${first}</th>${rest.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  });
  return `<div class="scroll"><table><thead><tr>${head.join('')}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}

function htmlNotes(notes: readonly Note[]): string {
  return `<ul class="notes">${notes.map(([term, text]) => `<li><b>${escapeHtml(term)}</b> ${escapeHtml(text)}</li>`).join('')}</ul>`;
}
