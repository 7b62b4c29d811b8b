import { type Manifest, type SourceRows, splitNames } from '@retort/shared';
import type { DataCard } from './card.ts';

/** The figures of the manifest: rows read, and what became of them. */
export function prepareMetrics(card: DataCard, files: readonly SourceRows[]): Record<string, number> {
  const sum = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0);
  const { duplicates, leftOut, unlabelled } = card;
  const { conflicting, exact, near } = duplicates;
  return {
    rows: files.reduce((total, file) => total + file.rows, 0),
    texts: card.texts,
    rejected: sum(card.rejects),
    duplicates: sum(exact) + sum(near) + sum(conflicting),
    ...Object.fromEntries(splitNames.map((split) => [split, sum(card.splits[split])])),
    ...Object.fromEntries(Object.entries(leftOut).map(([split, texts]) => [`${split}LeftOut`, texts])),
    ...(unlabelled === undefined ? {} : { unlabelled: unlabelled.texts }),
  };
}

/** What the stage prints at its end. */
export function summarise({ experiment, metrics }: Manifest, duration: string): string {
  const { texts, train, validation, test, duplicates, rejected, unlabelled } = metrics;
  const leftOut = splitNames.reduce((sum, split) => sum + (metrics[`${split}LeftOut`] ?? 0), 0);
  return (
    `${texts} texts: train ${train}, validation ${validation}, test ${test}` +
    `${unlabelled === undefined ? '' : `; ${unlabelled} unlabelled`}; ${duplicates} duplicates and ${rejected} rejects left out` +
    `${leftOut === 0 ? '' : `, ${leftOut} texts by data.maxTexts`}; artifacts/${experiment}/prepare (${duration})`
  );
}
