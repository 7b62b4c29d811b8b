import { UnionFind } from '../duplicates/union-find.ts';

/** What the split needs to know of a row. */
export interface SplitRow {
  readonly label: number;
  readonly sourceIndex: number;
  readonly group: string | undefined;
  /** Rows linked by a near duplicate have the same number. */
  readonly cluster: number;
}

/** Rows that must stay in one split. */
export interface Unit {
  readonly rows: readonly number[];
  /** How many of its rows are in each stratum, for the strata that it has rows in: [stratum, count]. */
  readonly counts: readonly (readonly [number, number])[];
}

export interface Strata {
  readonly units: readonly Unit[];
  /** Rows in each stratum. */
  readonly totals: readonly number[];
  /** Whether a stratum is a label: no split may be without one. */
  readonly isLabel: readonly boolean[];
}

/**
 * Joins rows of one group and rows of one cluster into units, and counts the rows of each unit by stratum. The strata are the
 * labels, and within each label the sources and whether a row has a group: else the grouped rows could all end in one split.
 */
export function buildUnits(rows: readonly SplitRow[]): Strata {
  const sets = new UnionFind(rows.length);
  const firstOf = new Map<string, number>();
  const strata = new Map<string, number>();
  const strataOf = rows.map((row, i) => {
    for (const key of [`cluster ${row.cluster}`, ...(row.group === undefined ? [] : [`group ${row.group}`])]) {
      const first = firstOf.get(key);
      if (first === undefined) firstOf.set(key, i);
      else sets.union(first, i);
    }
    const cell = `${row.label} ${row.sourceIndex} ${row.group !== undefined}`;
    return [`${row.label}`, cell].map((key) => {
      const stratum = strata.get(key) ?? strata.size;
      strata.set(key, stratum);
      return stratum;
    });
  });
  const totals = new Array<number>(strata.size).fill(0);
  const members = new Map<number, number[]>();
  rows.forEach((_, i) => {
    for (const stratum of strataOf[i]) totals[stratum]++;
    const root = sets.find(i);
    const unit = members.get(root);
    if (unit === undefined) members.set(root, [i]);
    else unit.push(i);
  });
  const units = [...members.values()].map((unit) => {
    const counts = new Map<number, number>();
    for (const row of unit) for (const stratum of strataOf[row]) counts.set(stratum, (counts.get(stratum) ?? 0) + 1);
    return { rows: unit, counts: [...counts] };
  });
  return { units, totals, isLabel: [...strata.keys()].map((key) => !key.includes(' ')) };
}
