import {
  type Example,
  type Experiment,
  type Progress,
  type Reject,
  type SourceRows,
  type SplitName,
  UserError,
} from '@retort/shared';
import { type DuplicateCounts, deduplicate } from './duplicates/deduplicate.ts';
import type { LabelledText } from './duplicates/unlabelled.ts';
import { drawWithinLimits } from './split/limit.ts';
import { type SplitShares, splitRows } from './split/split.ts';
import { linkedToTest } from './split/test-groups.ts';
import type { DatasetRow } from './write/dataset.ts';
import type { DuplicateRow } from './write/duplicates.ts';

/** The labelled texts of an experiment, and what became of the others. */
export interface LabelledRows {
  /** All texts with their splits, before `data.maxTexts`. */
  readonly all: readonly DatasetRow[];
  /** Those within `data.maxTexts`: the dataset. */
  readonly drawn: readonly DatasetRow[];
  readonly duplicates: DuplicateCounts;
  /** The rows that repeat others. */
  readonly dropped: readonly DuplicateRow[];
  /** Texts that are left out because they share a near duplicate with a text of a test group. */
  readonly linked: readonly Reject[];
  /** What no unlabelled text may repeat: the dataset, the copies that were dropped from it, and all of validation and test. */
  readonly known: readonly LabelledText[];
  /** The groups of validation and test. */
  readonly heldOutGroups: ReadonlySet<string>;
}

/** Deduplicates and splits what was read, and draws the texts that `data.maxTexts` allows. `file` is the experiment's. */
export function makeLabelledRows(
  { config: { data, seed } }: Experiment,
  files: readonly SourceRows[],
  file: string,
  progress: Progress,
): LabelledRows {
  const examples = files.flatMap((source) => source.examples);
  if (examples.length === 0) throw nothingRead(files, file);
  const { kept, clusters, repeats, dropped, counts } = deduplicate(examples, data.duplicates.threshold, (done) => {
    if (done % 256 === 0) progress.update(`looking for duplicates  ${done}/${examples.length}`);
  });
  const { testGroups, validation, test } = data.split;
  const found = kept.map((row, i) => {
    const groups = [row, ...repeats[i]].flatMap((same) => examples[same].group ?? []);
    // A row without a group takes that of its copy in another source: else the prompt would leak through it. And so would a
    // test group, if a row with a copy in it were not of that group.
    const group = groups.find((one) => testGroups?.includes(one)) ?? groups.at(0);
    return { ...examples[row], group, cluster: clusters[i], copies: repeats[i] };
  });
  const linked = testGroups === undefined ? new Set<number>() : linkedToTest(found, testGroups, file);
  const members = found.filter((_, i) => !linked.has(i));
  progress.update(`splitting ${members.length} texts`);
  const shares: SplitShares = testGroups === undefined ? { validation, test: test ?? 0 } : { validation, testGroups };
  const splitSeed = data.split.seed ?? seed;
  const splits = splitRows(members, { shares, seed: splitSeed, labelNames: data.labels, file });
  const stays = drawWithinLimits(
    members.map(({ label }, i) => ({ label, split: splits[i] })),
    data.maxTexts,
    splitSeed,
  );
  const all = toDataset(members, splits, data.labels);
  const copiesOf = (copies: readonly number[], split: SplitName) =>
    copies.map((copy) => ({ text: examples[copy].text, split }));
  return {
    all,
    drawn: all.filter((_, i) => stays[i]),
    duplicates: counts,
    dropped: dropped.map(({ row, kind, conflicting, of }) => {
      const place = (i: number) => ({
        file: files[examples[i].sourceIndex].file,
        line: examples[i].line,
        label: data.labels[examples[i].label],
      });
      return { ...place(row), kind: conflicting ? (`conflicting ${kind}` as const) : kind, of: place(of) };
    }),
    linked: [...linked].map((i) => linkedReject(found[i], files)),
    heldOutGroups: new Set(members.flatMap(({ group }, i) => (splits[i] === 'train' ? [] : (group ?? [])))),
    known: [
      ...members.flatMap(({ text, copies }, i) =>
        stays[i] || splits[i] !== 'train' ? [{ text, split: splits[i] }, ...copiesOf(copies, splits[i])] : [],
      ),
      ...[...linked].flatMap((i) => [
        { text: found[i].text, split: 'test' as const },
        ...copiesOf(found[i].copies, 'test'),
      ]),
    ],
  };
}

function toDataset(
  members: readonly (Example & { readonly cluster: number })[],
  splits: readonly SplitName[],
  labelNames: readonly string[],
): DatasetRow[] {
  const firstOfCluster = new Map<number, number>();
  members.forEach(({ cluster }, id) => {
    if (!firstOfCluster.has(cluster)) firstOfCluster.set(cluster, id);
  });
  return members.map(({ text, label, group, source, cluster }, id) => ({
    id,
    text,
    label: labelNames[label],
    group: group ?? `text ${firstOfCluster.get(cluster)}`,
    source,
    split: splits[id],
  }));
}

function linkedReject({ sourceIndex, line, text }: Example, files: readonly SourceRows[]): Reject {
  const reason = 'shares a near duplicate with a text of data.split.testGroups';
  return { file: files[sourceIndex].file, line, reason, start: text.slice(0, 80) };
}

function nothingRead(files: readonly SourceRows[], file: string): UserError {
  const rejects = files.flatMap((source) => source.rejects);
  const [reject] = rejects;
  return new UserError(`all ${rejects.length} rows are refused: ${reject?.reason}`, {
    place: { file: reject?.file ?? file, line: reject?.line },
    remedy: 'correct the rows, or the columns that experiment.json names',
  });
}
