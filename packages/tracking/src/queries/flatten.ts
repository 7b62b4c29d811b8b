/** What stands at the end of a path: no object, and no array that holds anything. */
export type Leaf = string | number | boolean | null;

/** `{ student: { layers: 6 }, labels: ['a'] }` as `student.layers` -> 6, `labels.0` -> a. Empty ones are the texts `{}` and `[]`. */
export function flatten(value: unknown): Map<string, Leaf> {
  const leaves = new Map<string, Leaf>();
  collect(value, '', leaves);
  return leaves;
}

function collect(value: unknown, path: string, leaves: Map<string, Leaf>): void {
  if (typeof value !== 'object' || value === null) {
    if (path !== '' && value !== undefined) leaves.set(path, isLeaf(value) ? value : String(value));
    return;
  }
  const entries = Object.entries(value);
  if (entries.length === 0 && path !== '') leaves.set(path, Array.isArray(value) ? '[]' : '{}');
  for (const [key, inner] of entries) collect(inner, path === '' ? key : `${path}.${key}`, leaves);
}

function isLeaf(value: unknown): value is Leaf {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
