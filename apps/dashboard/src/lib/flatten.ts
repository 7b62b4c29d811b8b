export type Leaf = string | number | boolean | null;

/** The values of nested objects by their places, such as `student.layers`; lists of plain values as one text. */
export function flatten(value: unknown, place = ''): [place: string, leaf: Leaf][] {
  if (Array.isArray(value)) {
    if (value.every((item) => typeof item !== 'object' || item === null))
      return [[place, value.map(String).join(', ')]];
    return value.flatMap((item, i) => flatten(item, `${place}[${i}]`));
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, inner]) => flatten(inner, place === '' ? key : `${place}.${key}`));
  }
  return value === undefined ? [] : [[place, isLeaf(value) ? value : String(value)]];
}

function isLeaf(value: unknown): value is Leaf {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
