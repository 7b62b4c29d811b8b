import { escaped } from '../report/markdown.ts';
import type { GatedFile, GateResult } from './result.ts';
import { attemptCells, attemptHeader, layerCells, layerHeader, megabytes } from './table.ts';
import { allowedTexts, oneLabelNote, points, type Tolerances } from './verdict.ts';

/** `gate.md`: what the gate learnt of a model, to be read. */
export function gateMarkdown(result: GateResult): string {
  const { model, recipe, embeddings, texts, tolerances, machine } = result;
  const { agreement, accuracyLoss, p } = tolerances;
  const lines = [
    `# The gate: ${escaped(model)}`,
    '',
    `${recipe}, embeddings ${embeddings}, against its fp32 parent (${megabytes(result.parentBytes)} MB) on ${escaped(texts.name)}, ` +
      `n = ${texts.n}, sha256 \`${texts.sha256}\`. Wanted: agreement of at least ${agreement}, at most ${accuracyLoss} of accuracy lost, McNemar’s p ` +
      `of a loss at least ${p}. ${inWholeTexts(texts.n, tolerances)}`,
    ...result.files.flatMap(fileSection),
    '',
    `Measured on ${escaped(machine.cpu)} (${machine.flagsKnown === false ? 'instruction sets unknown' : machine.flags.join(' ')}), by ${result.executor}; ` +
      `sums of 8-bit products ${machine.saturates ? 'saturate' : 'are exact'} there.`,
  ];
  return `${lines.join('\n')}\n`;
}

/** What the tolerances come to on `n` texts, and how many it takes to tell, if these are too few. */
export function inWholeTexts(n: number, tolerances: Pick<Tolerances, 'agreement' | 'accuracyLoss'>): string {
  const { otherLabels, lost } = allowedTexts(n, tolerances);
  const { accuracyLoss } = tolerances;
  const counts = `That is ${otherLabels} of these texts with another label and ${lost} lost`;
  if (lost <= accuracyLoss * n + 1e-9) return `${counts}.`;
  const exceeding = `${counts}: one is always allowed, and is ${points(1 / n)} here.`;
  return accuracyLoss === 0
    ? exceeding
    : `${exceeding} To hold a model to ${points(accuracyLoss)} takes ${Math.ceil(1 / accuracyLoss)} texts.`;
}

function fileSection({
  file,
  keptBytes,
  kept,
  attempts,
  ranking,
  company,
  batch,
  saturationSafe,
}: GatedFile): string[] {
  return [
    '',
    `## ${escaped(file)}`,
    '',
    ...table([attemptHeader, ...attempts.map(attemptCells)]),
    '',
    ...(attempts[0].verdict.parentGivesOneLabel ? [`- **No test of the labels**: ${oneLabelNote}.`] : []),
    kept.length === 0
      ? '- No layer had to stay in float32.'
      : `- **Kept in float32**: ${kept.map(escaped).join(', ')}; they make the file ${megabytes(keptBytes)} MB larger.`,
    `- **Company**: from a text alone to the same text in a batch a probability moves by at most ${company.largest.toFixed(4)} (99th percentile ` +
      `${company.p99.toFixed(4)}; n = ${company.n}). In batches of mixed lengths: ${company.mixed.largest.toFixed(4)} (${company.mixed.p99.toFixed(4)}); beside extreme ` +
      `inputs: ${company.extreme.largest.toFixed(4)} (${company.extreme.p99.toFixed(4)}); ${company.otherLabels} other labels. So: \`batch: ${batch}\`.`,
    `- **Processors**: ${
      saturationSafe
        ? 'the same on all of them.'
        : 'where sums of 8-bit products saturate (AVX2 or AVX-512 without VNNI) programs other than Retort may get other answers.'
    }`,
    ...(ranking === undefined ? [] : ['', ...table([layerHeader, ...ranking.map(layerCells)])]),
  ];
}

function table([header, ...rows]: readonly (readonly string[])[]): string[] {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    row(header),
    row(header.map((_, i) => (i === 0 ? '---' : '---:'))),
    ...rows.map((cells) => row(cells.map(escaped))),
  ];
}
