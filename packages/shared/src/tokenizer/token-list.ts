/** How many there is room for at first. */
const first = 1024;

/** Tokens one behind the other, in memory that grows as they come. */
export class TokenList {
  ids = new Int32Array(first);
  /** Where they stand, in UTF-16 units. */
  starts = new Int32Array(first);
  ends = new Int32Array(first);
  length = 0;

  push(id: number, start: number, end: number): void {
    if (this.length === this.ids.length) {
      this.ids = doubled(this.ids);
      this.starts = doubled(this.starts);
      this.ends = doubled(this.ends);
    }
    this.ids[this.length] = id;
    this.starts[this.length] = start;
    this.ends[this.length] = end;
    this.length++;
  }
}

/** The values, and room for as many more. */
export function doubled<A extends Int32Array | Uint16Array>(values: A): A {
  const twice = new (values.constructor as new (length: number) => A)(2 * values.length);
  twice.set(values);
  return twice;
}
