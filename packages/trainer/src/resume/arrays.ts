import { DamagedRecord, type RecordArray } from './record-file.ts';

export type NamedArrays = ReadonlyMap<string, RecordArray>;

/** The array of that name; a DamagedRecord if there is none. */
export function found(arrays: NamedArrays, name: string): RecordArray {
  const array = arrays.get(name);
  if (array === undefined) throw new DamagedRecord(`it has no "${name}"`);
  return array;
}

/** Copies the array of that name into `target`, which must be as long. */
export function fill(target: RecordArray, arrays: NamedArrays, name: string): void {
  const array = found(arrays, name);
  if (array.length !== target.length) {
    throw new DamagedRecord(`its "${name}" has ${array.length} elements, not ${target.length}`);
  }
  target.set(array);
}

export function withPrefix(prefix: string, arrays: NamedArrays): Map<string, RecordArray> {
  return new Map([...arrays].map(([name, array]) => [prefix + name, array]));
}

/** The arrays whose names begin so, without that beginning. */
export function withoutPrefix(prefix: string, arrays: NamedArrays): Map<string, RecordArray> {
  return new Map(
    [...arrays].filter(([name]) => name.startsWith(prefix)).map(([name, array]) => [name.slice(prefix.length), array]),
  );
}
