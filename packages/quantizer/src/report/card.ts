import { baselineOf, collapsedModels } from './baseline.ts';
import { qualityColumns, robustnessColumns, sizeDigits } from './columns.ts';
import { escaped, markdownTable } from './markdown.ts';
import { plural } from './plural.ts';
import type { EvaluationResult, Figures, ModelResult, Results, Slice } from './results.ts';
import { labelTable } from './slice-table.ts';
import { calibrationOf } from './usage.ts';

/** Slices with fewer texts tell nothing. */
const fewestTexts = 10;
const mostSlices = 5;

/** The card of a model (`README.md` of its folder) as the Hugging Face hub reads it, with its results and where it fails. */
export function modelCard(results: Results, name: string): string {
  const index = results.models.findIndex((model) => model.name === name);
  const model = results.models[index];
  const figures = results.evaluations.map((evaluation) => ({ evaluation, own: evaluation.models[index] }));
  const { labels } = results.split;
  const { usage, bytes, parameters } = model;
  const own = { ...results, models: [model] };
  const baseline = baselineOf(figures[0].own);
  const lines = [
    '---',
    ...frontMatter(results, model, figures),
    '---',
    '',
    `# ${escaped(results.experiment)}: ${escaped(name)}`,
    '',
    `A text classifier (${escaped(model.architecture)}, ${model.weights}) for the labels ${labels.map(escaped).join(', ')}: ${(parameters / 1e6).toFixed(2)} M weights, ` +
      `${sizeDigits(bytes / 1e6)} MB as ONNX. It reads ${reading(usage)}. Decision: ${escaped(calibrationOf(model))}.`,
    '',
    '## Results',
    '',
    ...markdownTable({
      columns: [
        { title: 'texts', align: 'left' as const, cell: ({ name }: Named) => name },
        { title: 'n', align: 'right' as const, cell: ({ n }: Named) => String(n) },
        ...qualityColumns<Named>(({ name }) => name).slice(1),
      ],
      rows: figures.map(({ evaluation, own }) => ({ ...own, name: evaluation.name })),
    }),
    '',
    `${results.split.name} is the held-out split of the data that the model was trained on (sha256 \`${results.split.sha256}\`); TPR: true-positive rate at 1 % and 5 % false positives. ` +
      `Always answering ${escaped(baseline.label)}, the most frequent label there, has accuracy ${baseline.accuracy.toFixed(4)}.`,
    '',
    '## Where it fails',
    '',
    ...collapsedModels(results)
      .filter((collapsed) => collapsed.name === name)
      .flatMap(({ what }) => [`It ${escaped(what)}.`, '']),
    ...figures.flatMap(({ evaluation, own }) => failures(evaluation, own)),
    ...figures.flatMap(({ evaluation, own }) => [
      `On ${escaped(evaluation.name)}, by label:`,
      '',
      ...markdownTable(labelTable([own])),
      '',
    ]),
    `Accuracy on ${plural(model.robustness[0].n, 'text')} after perturbations (in brackets: texts that get another answer):`,
    '',
    ...markdownTable({ columns: robustnessColumns(own).slice(1), rows: [model] }),
    '',
    ...limits(results),
  ];
  return `${lines.join('\n')}\n`;
}

type Named = Figures & { readonly name: string };

function reading({ maxTokens, longTexts, hygiene }: ModelResult['usage']): string {
  const of = {
    head: `the first ${maxTokens} tokens of a text`,
    head_tail: `the beginning and the end of a text, ${maxTokens} tokens in all`,
    windows: `whole texts, in windows of ${maxTokens} tokens`,
  }[longTexts];
  return hygiene === null ? of : `${of}, cleaned of hidden characters and look-alikes`;
}

/** The largest of a model's faults on some texts: confusions and the slices with the lowest accuracy. */
function failures(
  { name, n }: EvaluationResult,
  { confusion, byLabel, bySource, byLength, accuracy }: Figures,
): string[] {
  const wrong = confusion.flatMap((row, i) =>
    row.flatMap((count, j) => (i === j || count === 0 ? [] : [{ count, from: byLabel[i].name, to: byLabel[j].name }])),
  );
  const worst = [...named('source', bySource), ...named('length', byLength)]
    .filter((slice) => slice.n >= fewestTexts && slice.accuracy < accuracy)
    .sort((a, b) => a.accuracy - b.accuracy)
    .slice(0, mostSlices);
  return [
    `On ${escaped(name)} (n = ${n}) it is wrong about ${plural(
      wrong.reduce((sum, { count }) => sum + count, 0),
      'text',
    )}:`,
    '',
    ...wrong
      .sort((a, b) => b.count - a.count)
      .slice(0, mostSlices)
      .map(({ count, from, to }) => `- ${count} of ${escaped(from)} taken for ${escaped(to)}`),
    ...worst.map(
      (slice) =>
        `- ${slice.kind} ${escaped(slice.name)}: accuracy ${slice.accuracy.toFixed(4)} ` +
        `(${slice.accuracyInterval.map((end) => end.toFixed(4)).join('–')}), n = ${slice.n}`,
    ),
    '',
  ];
}

function named(kind: string, slices: readonly Slice[]) {
  return slices.length < 2 ? [] : slices.map((slice) => ({ ...slice, kind }));
}

function limits({ evaluations }: Results): string[] {
  return evaluations.length > 1
    ? []
    : [
        'It was measured on texts of the kind that it was trained on, and on no others: on texts from elsewhere it may do worse.',
      ];
}

function frontMatter(
  results: Results,
  model: ModelResult,
  figures: readonly { readonly evaluation: EvaluationResult; readonly own: Figures }[],
): string[] {
  const name = `${results.experiment}-${model.name}`;
  const entry = (type: string, title: string, value: number | null) =>
    value === null
      ? []
      : [`          - type: ${type}`, `            name: ${quoted(title)}`, `            value: ${value}`];
  return [
    'library_name: transformers',
    'pipeline_tag: text-classification',
    'tags:',
    ...['text-classification', 'onnx', 'transformers.js', model.weights].map((tag) => `  - ${quoted(tag)}`),
    'metrics:',
    '  - accuracy',
    '  - f1',
    '  - roc_auc',
    'model-index:',
    `  - name: ${quoted(name)}`,
    '    results:',
    ...figures.flatMap(({ evaluation, own }) => [
      '      - task:',
      '          type: text-classification',
      '        dataset:',
      `          name: ${quoted(`${results.experiment}, ${evaluation.name}`)}`,
      `          type: ${quoted(results.experiment)}`,
      `          split: ${quoted(evaluation.name)}`,
      '        metrics:',
      ...entry('accuracy', 'Accuracy', own.accuracy),
      ...entry('f1', 'Macro F1', own.macroF1),
      ...entry('roc_auc', 'AUROC', own.auroc),
      ...entry('loss', 'Loss', own.loss),
      ...entry('expected_calibration_error', 'Expected calibration error', own.calibrationError),
    ]),
  ];
}

/** JSON's strings are strings of YAML. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
