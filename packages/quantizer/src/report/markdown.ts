import { resultColumns } from './columns.ts';
import { plural } from './plural.ts';
import type { Results } from './results.ts';
import { calibrationOf, decisionSummary, longTextSummary } from './usage.ts';

/** `results.md`: the table, and below it what one must know to read it. */
export function resultsMarkdown(results: Results): string {
  const { split, measurement } = results;
  const { machine } = measurement;
  const columns = resultColumns(results);
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const lines = [
    `# Results of ${escaped(results.experiment)}`,
    '',
    row(columns.map(({ title }) => title)),
    row(columns.map(({ align }) => (align === 'left' ? '---' : '---:'))),
    ...results.models.map((model) => row(columns.map((column) => escaped(column.cell(model))))),
    '',
    `- **Texts**: the ${split.name} split, n = ${split.n}, labels ${split.labels.map(escaped).join(', ')}; ` +
      `sha256 of its file \`${split.sha256}\`. ` +
      `${['Each text is scored alone, without padding', ...longTextSummary(results)].join('; ')}.`,
    ...trial(results),
    `- **Accuracy** comes with its Wilson 95 % interval; ${decisionSummary(results)}. **loss** is the mean cross entropy in nats, **ECE** the ` +
      'expected calibration error over 15 bins, both of the probabilities at the model’s temperature. Per model: ' +
      `${results.models.map((model) => `${model.name} ${escaped(calibrationOf(model))}`).join('; ')}.`,
    '- **p** is the probability, by McNemar’s exact test on the same texts, of a difference from the teacher at least as large if both were ' +
      'equally good; small values tell that they are not. In brackets: the texts that the teacher alone has right, and those that the model alone has right.',
    '- **params** counts weights, **size** is the ONNX file’s, in MB of 10^6 bytes.',
    `- **ms** is the median (95th percentile) of ${measurement.runs} runs of one text of random tokens, batch ${measurement.batch}, ` +
      `after ${measurement.warmUp} untimed ones, the models taking turns; ${measurement.executor}, ${plural(measurement.threads, 'thread')}.`,
    `- **Machine**: ${escaped(machine.cpu)}, ${plural(machine.cores, 'core')}, ` +
      `${machine.flags.length === 0 ? 'instruction sets unknown' : machine.flags.join(' ')}.`,
  ];
  return `${lines.join('\n')}\n`;
}

function trial({ leftOut = {} }: Results): string[] {
  const parts = Object.entries(leftOut).map(([split, texts]) => `${plural(texts, 'text')} of ${split}`);
  return parts.length === 0
    ? []
    : [`- **A trial** on a part of the data: \`data.maxTexts\` left out ${parts.join(', ')}.`];
}

/** Names come from files: they must not break the table. */
export function escaped(text: string): string {
  return text.replace(/[\\|*_`<>[\]]/g, '\\$&').replace(/\s+/g, ' ');
}
