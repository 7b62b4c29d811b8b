/** Disjoint sets of the numbers from 0 to `size` - 1. The smallest member of a set names it. */
export class UnionFind {
  readonly #parent: Int32Array;

  constructor(size: number) {
    this.#parent = Int32Array.from({ length: size }, (_, i) => i);
  }

  find(item: number): number {
    let root = item;
    while (this.#parent[root] !== root) root = this.#parent[root];
    for (let i = item; i !== root; ) {
      const next = this.#parent[i];
      this.#parent[i] = root;
      i = next;
    }
    return root;
  }

  union(a: number, b: number): void {
    const [small, large] = [this.find(a), this.find(b)].sort((x, y) => x - y);
    this.#parent[large] = small;
  }
}
