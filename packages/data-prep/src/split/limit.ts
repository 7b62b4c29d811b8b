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
 * Shares `seats` out in proportion to `counts` by the largest remainders, at least one for each, and none more than there
 * are. `seats` is at least the number of counts.
 */
export function shareOut(seats: number, counts: readonly number[]): number[] {
  const total = counts.reduce((a, b) => a + b, 0);
  if (seats >= total) return [...counts];
  const exact = counts.map((count) => (seats * count) / total);
  const quotas = exact.map((share) => Math.max(1, Math.floor(share)));
  const missing = () => seats - quotas.reduce((a, b) => a + b, 0);
  const byRemainder = counts.map((_, i) => i).sort((a, b) => exact[b] - quotas[b] - (exact[a] - quotas[a]) || a - b);
  for (let i = 0; missing() > 0; i = (i + 1) % counts.length) quotas[byRemainder[i]]++;
  // The ones that were rounded up to one are paid for by the largest.
  while (missing() < 0) quotas[quotas.indexOf(Math.max(...quotas))]--;
  return quotas;
}
