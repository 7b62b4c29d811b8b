import { SimilarTexts, sketch } from './similar-texts.ts';
import { UnionFind } from './union-find.ts';

/** What the search for duplicates needs to know of a row. */
export interface Comparable {
  readonly text: string;
  readonly label: number;
  readonly sourceIndex: number;
}

/** How many rows were dropped, by kind. `within`: the row it repeats is in the same source; `across`: in another one. */
export interface DuplicateCounts {
  readonly exact: { within: number; across: number };
  readonly near: { within: number; across: number };
  /** Rows whose duplicates have another label: all of them are dropped, for nobody knows which label is right. */
  readonly conflicting: { exact: number; near: number };
}

/** A row that is dropped. */
export interface DroppedRow {
  readonly row: number;
  readonly kind: 'exact' | 'near';
  /** Whether the labels of its family disagree, so that none of it stays. */
  readonly conflicting: boolean;
  /** The row that it repeats: the one that stays; in a conflict one with another label, if it repeats such a one. */
  readonly of: number;
}

export interface Deduplicated {
  /** The rows that stay, ascending. */
  readonly kept: readonly number[];
  /** For each row that stays: the row that names its cluster. Rows linked by a common near duplicate share one. */
  readonly clusters: readonly number[];
  /** For each row that stays: the dropped rows that repeat it, ascending. */
  readonly repeats: readonly (readonly number[])[];
  /** All others, ascending. */
  readonly dropped: readonly DroppedRow[];
  readonly counts: DuplicateCounts;
}

/** A row that repeats earlier ones. */
interface Duplicate {
  readonly row: number;
  readonly kind: 'exact' | 'near';
  readonly across: boolean;
  /** The distinct earlier rows that it repeats. */
  readonly leaders: readonly number[];
}

/**
 * Drops rows that repeat an earlier one: exactly, or with a Jaccard similarity of their word 3-grams of at least
 * `threshold`. Of each family of duplicates the first row stays, unless its labels disagree: then none does.
 */
export function deduplicate(
  rows: readonly Comparable[],
  threshold: number,
  onRow: (done: number) => void = () => undefined,
): Deduplicated {
  const { leaders, duplicates } = findDuplicates(rows, threshold, onRow);
  const conflicted = findConflicts(rows, duplicates);
  const clusters = new UnionFind(rows.length);
  const counts = {
    exact: { within: 0, across: 0 },
    near: { within: 0, across: 0 },
    conflicting: { exact: 0, near: 0 },
  };
  const leaderConflict = new Map<number, 'exact' | 'near'>();
  const dropped: DroppedRow[] = [];
  const repeats = new Map<number, number[]>(leaders.map((leader) => [leader, []]));
  for (const { row, kind, across, leaders } of duplicates) {
    for (const leader of leaders) repeats.get(leader)?.push(row);
    for (const leader of leaders.slice(1)) clusters.union(leaders[0], leader);
    const bad = leaders.filter((leader) => conflicted.has(leader));
    if (bad.length === 0) {
      counts[kind][across ? 'across' : 'within']++;
      dropped.push({ row, kind, conflicting: false, of: leaders[0] });
      continue;
    }
    counts.conflicting[kind]++;
    const of = bad.find((leader) => rows[leader].label !== rows[row].label) ?? bad[0];
    dropped.push({ row, kind, conflicting: true, of });
    for (const leader of bad) {
      if (kind === 'exact' || !leaderConflict.has(leader)) leaderConflict.set(leader, kind);
    }
  }
  for (const [row, kind] of leaderConflict) {
    counts.conflicting[kind]++;
    dropped.push({ row, kind, conflicting: true, of: conflicted.get(row) ?? row });
  }
  const kept = leaders.filter((leader) => !conflicted.has(leader));
  return {
    kept,
    clusters: kept.map((row) => clusters.find(row)),
    repeats: kept.map((row) => repeats.get(row) ?? []),
    dropped: dropped.sort((a, b) => a.row - b.row),
    counts,
  };
}

function findDuplicates(rows: readonly Comparable[], threshold: number, onRow: (done: number) => void) {
  const index = new SimilarTexts(threshold);
  const firstWithText = new Map<string, { row: number; leaders: readonly number[] }>();
  const leaders: number[] = [];
  const duplicates: Duplicate[] = [];
  rows.forEach(({ text, sourceIndex }, row) => {
    onRow(row);
    const same = firstWithText.get(text);
    if (same !== undefined) {
      const across = rows[same.row].sourceIndex !== sourceIndex;
      duplicates.push({ row, kind: 'exact', across, leaders: same.leaders });
      return;
    }
    const own = sketch(text);
    const similar = index.find(own);
    if (similar.length === 0) {
      leaders.push(row);
      index.add(row, own);
      firstWithText.set(text, { row, leaders: [row] });
    } else {
      const across = rows[similar[0]].sourceIndex !== sourceIndex;
      duplicates.push({ row, kind: 'near', across, leaders: similar });
      firstWithText.set(text, { row, leaders: similar });
    }
  });
  return { leaders, duplicates };
}

/** The leaders that a row with another label repeats, each with the first such row. */
function findConflicts(rows: readonly Comparable[], duplicates: readonly Duplicate[]): Map<number, number> {
  const conflicted = new Map<number, number>();
  for (const { row, leaders } of duplicates) {
    for (const leader of leaders) {
      if (rows[leader].label !== rows[row].label && !conflicted.has(leader)) conflicted.set(leader, row);
    }
  }
  return conflicted;
}
