import { nearest, UserError } from '@retort/shared';
import type { SplitRow } from './units.ts';

/**
 * The rows that must go for the test split to hold the groups of `testGroups` and nothing else: those that are in none of
 * these groups, but share a near duplicate with a row that is. A UserError for a group that has no rows; `file` is the
 * experiment's.
 */
export function linkedToTest(
  rows: readonly Pick<SplitRow, 'group' | 'cluster'>[],
  testGroups: readonly string[],
  file: string,
): ReadonlySet<number> {
  checkGroups(rows, testGroups, file);
  const wanted = new Set(testGroups);
  const isTest = ({ group }: Pick<SplitRow, 'group'>) => group !== undefined && wanted.has(group);
  const clusters = new Set(rows.filter(isTest).map(({ cluster }) => cluster));
  return new Set(rows.flatMap((row, i) => (clusters.has(row.cluster) && !isTest(row) ? [i] : [])));
}

function checkGroups(rows: readonly Pick<SplitRow, 'group'>[], testGroups: readonly string[], file: string): void {
  const known = [...new Set(rows.flatMap(({ group }) => group ?? []))].sort();
  testGroups.forEach((group, i) => {
    if (known.includes(group)) return;
    const near = nearest(group, known);
    const some = known.slice(0, 20).map((name) => `"${name}"`);
    const more = known.length > some.length ? ` and ${known.length - some.length} more` : '';
    throw new UserError(`no text is in the group "${group}"; the groups are ${some.join(', ')}${more}`, {
      place: { file, field: `data.split.testGroups[${i}]` },
      remedy: near === undefined ? 'name groups that the group columns have' : `did you mean "${near}"?`,
    });
  });
}
