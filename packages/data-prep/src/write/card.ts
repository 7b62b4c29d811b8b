import { type Reject, type SourceRows, type SplitName, splitNames } from '@retort/shared';
import type { DuplicateCounts } from '../duplicates/deduplicate.ts';
import type { UnlabelledRepeats } from '../duplicates/unlabelled.ts';
import type { UnlabelledRows, UnlabelledText } from '../read/unlabelled.ts';
import type { DatasetRow } from './dataset.ts';

type Counts = Record<string, number>;

/** Words a text: smallest, quartiles, largest. */
export interface Quartiles {
  readonly min: number;
  readonly q1: number;
  readonly median: number;
  readonly q3: number;
  readonly max: number;
}

/** `card.json`: what is in the dataset, and what became of the rows that are not. */
export interface DataCard {
  readonly experiment: string;
  readonly seed: number;
  readonly labels: readonly string[];
  readonly texts: number;
  /** The groups that make the test split, if they are named. */
  readonly testGroups?: readonly string[];
  /** Split -> label -> texts. */
  readonly splits: Record<SplitName, Counts>;
  /** Split -> distinct groups. */
  readonly groups: Record<SplitName, number>;
  /** Split -> texts that `data.maxTexts` left out, for the splits that it limits. */
  readonly leftOut: { readonly [split in SplitName]?: number };
  /** Source (as the column `source` has it) -> label -> texts. */
  readonly sources: Record<string, Counts>;
  /** Label -> words a text. */
  readonly words: Record<string, Quartiles>;
  readonly files: readonly { readonly file: string; readonly rows: number; readonly rejected: number }[];
  readonly duplicates: DuplicateCounts & { readonly threshold: number };
  /** Reason -> rows. */
  readonly rejects: Counts;
  /** The texts without labels, where the experiment has any. */
  readonly unlabelled?: {
    readonly texts: number;
    /** Source -> texts. */
    readonly sources: Counts;
    readonly files: readonly { readonly file: string; readonly rows: number; readonly rejected: number }[];
    /** Texts left out, by what they repeat: a labelled text of a split, or another unlabelled one. */
    readonly repeats: UnlabelledRepeats;
    /** Texts left out because their group is one of validation or test. */
    readonly heldOut: number;
  };
  readonly warnings: readonly string[];
}

/** What came of the unlabelled sources. */
export interface UnlabelledResult {
  readonly files: readonly UnlabelledRows[];
  readonly texts: readonly UnlabelledText[];
  readonly repeats: UnlabelledRepeats;
  readonly heldOut: number;
}

export interface CardInput {
  readonly experiment: string;
  readonly seed: number;
  readonly labelNames: readonly string[];
  /** All texts that were split. */
  readonly all: readonly DatasetRow[];
  /** Those within `data.maxTexts`. */
  readonly rows: readonly DatasetRow[];
  readonly files: readonly SourceRows[];
  readonly duplicates: DuplicateCounts;
  /** Of all files. */
  readonly rejects: readonly Reject[];
  readonly threshold: number;
  readonly shares: { readonly validation: number; readonly test?: number; readonly testGroups?: readonly string[] };
  readonly unlabelled?: UnlabelledResult;
}

/** Counts what the data card tells. */
export function makeCard(input: CardInput): DataCard {
  const { rows, labelNames, shares } = input;
  const countLabels = (some: readonly DatasetRow[]) =>
    Object.fromEntries(labelNames.map((name) => [name, some.filter((row) => row.label === name).length]));
  const bySplit = <T>(make: (some: readonly DatasetRow[]) => T): Record<SplitName, T> => {
    const of = (split: SplitName) => make(rows.filter((row) => row.split === split));
    return { train: of('train'), validation: of('validation'), test: of('test') };
  };
  const bySource = groupRows(rows, (row) => row.source);
  const byLabel = groupRows(rows, (row) => row.label);
  const sizes = (some: readonly DatasetRow[], split: SplitName) => some.filter((row) => row.split === split).length;
  const leftOut = splitNames
    .map((split) => [split, sizes(input.all, split) - sizes(rows, split)] as const)
    .filter(([, texts]) => texts > 0);
  return {
    experiment: input.experiment,
    seed: input.seed,
    labels: labelNames,
    texts: rows.length,
    testGroups: shares.testGroups,
    splits: bySplit(countLabels),
    groups: bySplit((some) => new Set(some.map((row) => row.group)).size),
    leftOut: Object.fromEntries(leftOut),
    sources: Object.fromEntries(
      [...bySource].sort(([a], [b]) => (a < b ? -1 : 1)).map(([source, some]) => [source, countLabels(some)]),
    ),
    words: Object.fromEntries(
      labelNames.map((name) => [name, quartiles((byLabel.get(name) ?? []).map(({ text }) => countWords(text)))]),
    ),
    files: input.files.map(({ file, rows, rejects }) => ({ file, rows, rejected: rejects.length })),
    duplicates: { threshold: input.threshold, ...input.duplicates },
    rejects: countReasons(input.rejects),
    unlabelled: input.unlabelled === undefined ? undefined : countUnlabelled(input.unlabelled),
    warnings: findImbalance(input),
  };
}

function countUnlabelled({ files, texts, repeats, heldOut }: UnlabelledResult): DataCard['unlabelled'] {
  const sources: Counts = {};
  for (const { source } of texts) sources[source] = (sources[source] ?? 0) + 1;
  return {
    texts: texts.length,
    sources: Object.fromEntries(Object.entries(sources).sort(([a], [b]) => (a < b ? -1 : 1))),
    files: files.map(({ file, rows, rejects }) => ({ file, rows, rejected: rejects.length })),
    repeats,
    heldOut,
  };
}

/** Labels whose share in a split is off by more than a quarter of what was wanted. Of test groups nothing is wanted. */
function findImbalance({ labelNames, shares, all }: CardInput): string[] {
  const { validation, test = 0, testGroups } = shares;
  const wanted = { train: 1 - validation - test, validation, test };
  const drawn = testGroups === undefined ? splitNames : (['train', 'validation'] as const);
  return labelNames.flatMap((name) => {
    const rows = all.filter((row) => row.label === name && drawn.some((split) => split === row.split));
    return drawn.flatMap((split) => {
      const share = rows.filter((row) => row.split === split).length / rows.length;
      if (Math.abs(share - wanted[split]) <= wanted[split] / 4) return [];
      const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
      return `${split} has ${percent(share)} of the label "${name}", ${percent(wanted[split])} were wanted: the groups allow no better split`;
    });
  });
}

function groupRows(rows: readonly DatasetRow[], key: (row: DatasetRow) => string): Map<string, DatasetRow[]> {
  const groups = new Map<string, DatasetRow[]>();
  for (const row of rows) {
    const group = groups.get(key(row));
    if (group === undefined) groups.set(key(row), [row]);
    else group.push(row);
  }
  return groups;
}

function countReasons(rejects: readonly Reject[]): Counts {
  const counts: Counts = {};
  for (const { reason } of rejects) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}

function countWords(text: string): number {
  return text.split(/\s+/).length;
}

/** Quantiles by linear interpolation between the sorted values. */
export function quartiles(values: readonly number[]): Quartiles {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (part: number) => {
    const place = part * (sorted.length - 1);
    const low = Math.floor(place);
    const value = sorted[low] + (place - low) * (sorted[Math.min(low + 1, sorted.length - 1)] - sorted[low]);
    return Math.round(value * 10) / 10;
  };
  return { min: at(0), q1: at(0.25), median: at(0.5), q3: at(0.75), max: at(1) };
}
