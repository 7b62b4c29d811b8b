import { Random, type SplitName, splitNames, UserError } from '@retort/shared';
import { assignUnits } from './balance.ts';
import { buildUnits, type SplitRow } from './units.ts';

export interface SplitOptions {
  /** Of all rows; of those outside of the test groups where these are named. */
  readonly shares: SplitShares;
  readonly seed: number;
  readonly labelNames: readonly string[];
  /** What errors name: the experiment's file. */
  readonly file: string;
}

/** How much of the rows each split gets. The test split is a share as well, or it holds these groups and no other rows. */
export type SplitShares =
  | { readonly validation: number; readonly test: number }
  | { readonly validation: number; readonly testGroups: readonly string[] };

/**
 * Gives each row a split: every label in the wanted shares as nearly as whole groups allow. The same rows and seed give
 * the same splits. A UserError if a split would lack a label. Where test groups are named, no other row may share a
 * cluster with theirs: see `linkedToTest`.
 */
export function splitRows(rows: readonly SplitRow[], options: SplitOptions): SplitName[] {
  const { labelNames, file } = options;
  const present = labelNames.filter((_, label) => rows.some((row) => row.label === label));
  if (present.length < 2) {
    throw new UserError(
      present.length === 0 ? 'no rows are left to split' : `all ${rows.length} rows have the label "${present[0]}"`,
      { place: { file, field: 'data.sources' }, remedy: 'add a source with texts of the other labels' },
    );
  }
  if (present.length < labelNames.length) {
    const missing = labelNames.filter((name) => !present.includes(name));
    throw new UserError(`no row has the label ${missing.map((name) => `"${name}"`).join(', ')}`, {
      place: { file, field: 'data.labels' },
      remedy: 'add texts with this label, or take it out of data.labels',
    });
  }
  const { shares } = options;
  const testGroups = new Set('testGroups' in shares ? shares.testGroups : []);
  const splits = rows.map((): SplitName => 'test');
  const open = rows.flatMap(({ group }, i) => (group !== undefined && testGroups.has(group) ? [] : [i]));
  const strata = buildUnits(open.map((row) => rows[row]));
  const units = assignUnits(strata, openShares(shares), new Random(options.seed, 'split'));
  strata.units.forEach((unit, i) => {
    for (const row of unit.rows) splits[open[row]] = splitNames[units[i]];
  });
  checkLabels(rows, splits, strata.units.length + testGroups.size, options);
  return splits;
}

/** The shares of the splits that are yet to be filled, in the order of `splitNames`. */
function openShares(shares: SplitShares): number[] {
  const { validation } = shares;
  return 'test' in shares ? [1 - validation - shares.test, validation, shares.test] : [1 - validation, validation];
}

function checkLabels(
  rows: readonly SplitRow[],
  splits: readonly SplitName[],
  units: number,
  { labelNames, file, shares }: SplitOptions,
): void {
  for (const split of splitNames) {
    labelNames.forEach((name, label) => {
      if (rows.some((row, i) => row.label === label && splits[i] === split)) return;
      if (split === 'test' && 'testGroups' in shares) {
        throw new UserError(`no text of the test groups has the label "${name}"`, {
          place: { file, field: 'data.split.testGroups' },
          remedy: 'name a group that has texts with this label as well',
        });
      }
      const count = rows.filter((row) => row.label === label).length;
      throw new UserError(
        `${rows.length} rows in ${units} groups are too few to split: ${split} would have no "${name}" (${count} rows in all)`,
        {
          place: { file, field: 'data.split' },
          remedy: 'add rows, use a finer group column, or make the shares of data.split larger',
        },
      );
    });
  }
}
