import { type Column, resultColumns } from './columns.ts';
import { plural } from './plural.ts';
import type { Results } from './results.ts';
import { decisionSummary } from './usage.ts';

/** The results as aligned lines; with `box`, between lines drawn in Unicode, as a terminal shows them well. */
export function terminalTable(results: Results, { box }: { readonly box: boolean }): string {
  const columns = resultColumns(results);
  const rows = [columns.map(({ title }) => title), ...results.models.map((model) => columns.map((c) => c.cell(model)))];
  const widths = columns.map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  const cells = rows.map((row) => row.map((text, i) => pad(text, widths[i], columns[i])));
  const [head, ...body] = cells;
  const lines = box
    ? [
        rule(widths, '┌─', '─┬─', '─┐'),
        `│ ${head.join(' │ ')} │`,
        rule(widths, '├─', '─┼─', '─┤'),
        ...body.map((row) => `│ ${row.join(' │ ')} │`),
        rule(widths, '└─', '─┴─', '─┘'),
      ]
    : [head.join('  '), widths.map((width) => '-'.repeat(width)).join('  '), ...body.map((row) => row.join('  '))];
  return `${[...lines, '', ...caption(results)].join('\n')}\n`;
}

function caption(results: Results): string[] {
  const { split, measurement } = results;
  const { runs, batch, threads } = measurement;
  return [
    `${split.name} split, n = ${split.n}, sha256 ${split.sha256.slice(0, 12)}; ` +
      `ms: median (95th percentile) of ${runs} runs, batch ${batch}, ${plural(threads, 'thread')};`,
    `accuracy: ${decisionSummary(results)}; ECE: expected calibration error;`,
    'p: McNemar, exact (texts that the teacher alone : the model alone has right)',
  ];
}

function pad(text: string, width: number, { align }: Column): string {
  return align === 'left' ? text.padEnd(width) : text.padStart(width);
}

function rule(widths: readonly number[], left: string, middle: string, right: string): string {
  return left + widths.map((width) => '─'.repeat(width)).join(middle) + right;
}
