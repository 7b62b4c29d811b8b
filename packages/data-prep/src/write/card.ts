import { type SplitName, splitNames } from '@retort/shared';
import type { DuplicateCounts } from '../duplicates/deduplicate.ts';
import type { SourceRows } from '../read/source.ts';
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
  /** Split -> label -> texts. */
  readonly splits: Record<SplitName, Counts>;
  /** Split -> distinct groups. */
  readonly groups: Record<SplitName, number>;
  /** Source (as the column `source` has it) -> label -> texts. */
  readonly sources: Record<string, Counts>;
  /** Label -> words a text. */
  readonly words: Record<string, Quartiles>;
  readonly files: readonly { readonly file: string; readonly rows: number; readonly rejected: number }[];
  readonly duplicates: DuplicateCounts & { readonly threshold: number };
  /** Reason -> rows. */
  readonly rejects: Counts;
  readonly warnings: readonly string[];
}

export interface CardInput {
  readonly experiment: string;
  readonly seed: number;
  readonly labelNames: readonly string[];
  readonly rows: readonly DatasetRow[];
  readonly files: readonly SourceRows[];
  readonly duplicates: DuplicateCounts;
  readonly threshold: number;
  readonly shares: { readonly validation: number; readonly test: number };
}

/** Counts what the data card tells. */
export function makeCard(input: CardInput): DataCard {
  const { rows, labelNames } = input;
  const countLabels = (some: readonly DatasetRow[]) =>
    Object.fromEntries(labelNames.map((name) => [name, some.filter((row) => row.label === name).length]));
  const bySplit = <T>(make: (some: readonly DatasetRow[]) => T): Record<SplitName, T> => {
    const of = (split: SplitName) => make(rows.filter((row) => row.split === split));
    return { train: of('train'), validation: of('validation'), test: of('test') };
  };
  const bySource = groupRows(rows, (row) => row.source);
  const byLabel = groupRows(rows, (row) => row.label);
  const splits = bySplit(countLabels);
  return {
    experiment: input.experiment,
    seed: input.seed,
    labels: labelNames,
    texts: rows.length,
    splits,
    groups: bySplit((some) => new Set(some.map((row) => row.group)).size),
    sources: Object.fromEntries(
      [...bySource].sort(([a], [b]) => (a < b ? -1 : 1)).map(([source, some]) => [source, countLabels(some)]),
    ),
    words: Object.fromEntries(
      labelNames.map((name) => [name, quartiles((byLabel.get(name) ?? []).map(({ text }) => countWords(text)))]),
    ),
    files: input.files.map(({ file, rows, rejects }) => ({ file, rows, rejected: rejects.length })),
    duplicates: { threshold: input.threshold, ...input.duplicates },
    rejects: countReasons(input.files),
    warnings: findImbalance(splits, input),
  };
}

/** Labels whose share in a split is off by more than a quarter of what was wanted. */
function findImbalance(splits: Record<SplitName, Counts>, { labelNames, shares, rows }: CardInput): string[] {
  const wanted = { train: 1 - shares.validation - shares.test, ...shares };
  return labelNames.flatMap((name) => {
    const total = rows.filter((row) => row.label === name).length;
    return splitNames
      .filter((split) => Math.abs(splits[split][name] / total - wanted[split]) > wanted[split] / 4)
      .map((split) => {
        const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
        return `${split} has ${percent(splits[split][name] / total)} of the label "${name}", ${percent(wanted[split])} were wanted: the groups allow no better split`;
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

function countReasons(files: readonly SourceRows[]): Counts {
  const counts: Counts = {};
  for (const { reason } of files.flatMap(({ rejects }) => rejects)) counts[reason] = (counts[reason] ?? 0) + 1;
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
