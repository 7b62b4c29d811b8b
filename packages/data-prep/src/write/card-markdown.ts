import { splitNames } from '@retort/shared';
import type { DataCard } from './card.ts';

/** The data card as Markdown, for people. */
export function formatCard(card: DataCard): string {
  const { labels, duplicates } = card;
  const sum = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0);
  const perLabel = (counts: Record<string, number>) => labels.map((label) => counts[label]);
  const rejected = sum(card.rejects);
  const sections = [
    `# Data card: ${card.experiment}`,
    `${card.texts} texts, labels ${labels.map((label) => `\`${label}\``).join(', ')}; split with seed ${card.seed}.`,
    ...card.warnings.map((warning) => `**Warning:** ${warning}.`),
    '## Splits',
    'No group and no near duplicate is in two splits.',
    ...(card.testGroups === undefined
      ? []
      : [
          `The test split holds these groups, and no other text: ${card.testGroups.map((group) => `\`${group}\``).join(', ')}.`,
        ]),
    table(
      ['split', ...labels, 'texts', 'groups'],
      splitNames.map((split) => [split, ...perLabel(card.splits[split]), sum(card.splits[split]), card.groups[split]]),
    ),
    ...describeLeftOut(card),
    '## Sources',
    table(
      ['source', ...labels, 'texts'],
      Object.entries(card.sources).map(([source, counts]) => [source, ...perLabel(counts), sum(counts)]),
    ),
    '## Lengths',
    'Words a text.',
    table(
      ['label', 'shortest', 'lower quartile', 'median', 'upper quartile', 'longest'],
      labels.map((label) => {
        const { min, q1, median, q3, max } = card.words[label];
        return [label, min, q1, median, q3, max];
      }),
    ),
    ...describeUnlabelled(card),
    '## Files',
    table(
      ['file', 'rows', 'rejected'],
      [...card.files, ...(card.unlabelled?.files ?? [])].map(({ file, rows, rejected }) => [file, rows, rejected]),
    ),
    '## Duplicates',
    `Rows dropped. Near: word 3-grams with a Jaccard similarity of at least ${duplicates.threshold}. Conflicting: the duplicates of a text have different labels, and all of them were dropped.`,
    table(
      ['kind', 'within a source', 'across sources'],
      [
        ['exact', duplicates.exact.within, duplicates.exact.across],
        ['near', duplicates.near.within, duplicates.near.across],
      ],
    ),
    `Conflicting: ${duplicates.conflicting.exact} exact, ${duplicates.conflicting.near} near. Each row with what it repeats, and both labels, is in \`duplicates.csv\`.`,
    '## Rejects',
    rejected === 0
      ? 'None.'
      : table(
          ['reason', 'rows'],
          Object.entries(card.rejects).map(([reason, rows]) => [reason, rows]),
        ),
    ...(rejected === 0 ? [] : ['Each with its file and line is in `rejects.csv`.']),
  ];
  return `${sections.join('\n\n')}\n`;
}

function describeLeftOut({ leftOut }: DataCard): string[] {
  const parts = Object.entries(leftOut).map(([split, texts]) => `${texts} of ${split}`);
  if (parts.length === 0) return [];
  return [`For a trial, \`data.maxTexts\` left out texts drawn at random: ${parts.join(', ')}. They are in no split.`];
}

function describeUnlabelled({ unlabelled }: DataCard): string[] {
  if (unlabelled === undefined) return [];
  const { texts, sources, repeats, heldOut } = unlabelled;
  return [
    '## Unlabelled texts',
    `${texts} texts in \`unlabelled.parquet\`. Left out as copies, exact or near: ${repeats.train} of training texts, ` +
      `${repeats.validation} of validation texts, ${repeats.test} of test texts, ${repeats.unlabelled} of other unlabelled texts. Left out for their group, one of validation or test: ${heldOut}.`,
    ...(texts === 0 ? [] : [table(['source', 'texts'], Object.entries(sources))]),
  ];
}

function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) =>
    `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|').replace(/\s+/g, ' ')).join(' | ')} |`;
  const rule = `|---${'|---:'.repeat(header.length - 1)}|`;
  return [line(header), rule, ...rows.map(line)].join('\n');
}
