import { Random, type SplitName, splitNames } from '@retort/shared';

/** Most texts of a split; without a number, all. */
export type SplitLimits = { readonly [split in SplitName]?: number };

/**
 * Which rows stay if a split has at most so many: drawn at random, each label by its share and with at least one row. The
 * same rows and seed give the same draw.
 */
export function drawWithinLimits(
  rows: readonly { readonly label: number; readonly split: SplitName }[],
  limits: SplitLimits,
  seed: number,
): boolean[] {
  const stays = rows.map(() => true);
  for (const split of splitNames) {
    const limit = limits[split];
    if (limit === undefined) continue;
    const byLabel: number[][] = [];
    rows.forEach((row, i) => {
      if (row.split !== split) return;
      byLabel[row.label] ??= [];
      byLabel[row.label].push(i);
    });
    const labels = byLabel.filter((members) => members !== undefined);
    const quotas = shareOut(
      limit,
      labels.map(({ length }) => length),
    );
    const random = new Random(seed, 'maxTexts', split);
    labels.forEach((members, label) => {
      for (const i of random.shuffle(members).slice(quotas[label])) stays[i] = false;
    });
  }
  return stays;
}

/**
 * Shares `seats` out in proportion to `counts`, at least one for each, and none more than there are: one seat after another
 * goes to the largest count / (2 seats + 1) (Webster 1832; Sainte-Laguë 1910), so that no share falls where there are more
 * seats. `seats` is at least the number of counts.
 */
export function shareOut(seats: number, counts: readonly number[]): number[] {
  const quotas = counts.map(() => 1);
  for (let left = Math.min(seats, sum(counts)) - quotas.length; left > 0; left--) {
    let next = -1;
    counts.forEach((count, i) => {
      if (quotas[i] === count) return;
      // Multiplied out, so that equal quotients are equal.
      if (next < 0 || count * (2 * quotas[next] + 1) > counts[next] * (2 * quotas[i] + 1)) next = i;
    });
    quotas[next]++;
  }
  return quotas;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((a, b) => a + b, 0);
}
