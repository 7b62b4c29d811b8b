// The groups of a prepared dataset, and their parts.
import { readSplit, splitNames } from '@retort/shared';

/** Group -> how many texts of the dataset are of it. */
export async function groupSizes(dataset) {
  const sizes = new Map();
  for (const name of splitNames) {
    for (const group of (await readSplit(dataset, name)).groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  }
  return sizes;
}

/** Parts of like size, largest group first, each into the smallest part so far. */
export function foldsOfGroups(sizes, count) {
  const folds = Array.from({ length: count }, () => ({ groups: [], size: 0 }));
  for (const [group, size] of [...sizes].sort(([a, m], [b, n]) => n - m || a.localeCompare(b))) {
    const smallest = folds.reduce((a, b) => (b.size < a.size ? b : a));
    smallest.groups.push(group);
    smallest.size += size;
  }
  return folds.map(({ groups }) => groups);
}
