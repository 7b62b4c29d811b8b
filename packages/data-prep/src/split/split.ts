import { Random, type SplitName, splitNames, UserError } from '@retort/shared';
import { assignUnits } from './balance.ts';
import { buildUnits, type SplitRow } from './units.ts';

export interface SplitOptions {
  readonly shares: { readonly validation: number; readonly test: number };
  readonly seed: number;
  readonly labelNames: readonly string[];
  /** What errors name: the experiment's file. */
  readonly file: string;
}

/**
 * Gives each row a split: every label in the wanted shares as nearly as whole groups allow. The same rows and seed give
 * the same splits. A UserError if a split would lack a label.
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
  const { validation, test } = options.shares;
  const strata = buildUnits(rows);
  const units = assignUnits(strata, [1 - validation - test, validation, test], new Random(options.seed, 'split'));
  const splits = new Array<SplitName>(rows.length);
  strata.units.forEach((unit, i) => {
    for (const row of unit.rows) splits[row] = splitNames[units[i]];
  });
  checkLabels(rows, splits, strata.units.length, options);
  return splits;
}

function checkLabels(
  rows: readonly SplitRow[],
  splits: readonly SplitName[],
  units: number,
  { labelNames, file }: SplitOptions,
): void {
  for (const split of splitNames) {
    labelNames.forEach((name, label) => {
      if (rows.some((row, i) => row.label === label && splits[i] === split)) return;
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
