/** A graph whose nodes stand in columns: every edge goes from a column to one further right. */
export interface Placed<T> {
  readonly node: T;
  readonly column: number;
  /** From 0 within the column; half rows centre a column beside a longer one. */
  readonly row: number;
}

interface Edge {
  readonly from: string;
  readonly to: string;
}

/**
 * Puts nodes in columns by their longest path from a node without predecessors, and orders each column by the mean row of what leads to it, which
 * keeps crossings few (the barycentre method of Sugiyama et al. 1981). Edges that would close a circle count for nothing.
 */
export function layoutGraph<T extends { readonly id: string }>(
  nodes: readonly T[],
  edges: readonly Edge[],
): Placed<T>[] {
  const ids = new Set(nodes.map(({ id }) => id));
  const before = new Map<string, string[]>(nodes.map(({ id }) => [id, []]));
  for (const { from, to } of edges) if (ids.has(from)) before.get(to)?.push(from);

  const columns = new Map<string, number>();
  const open = new Set<string>();
  const columnOf = (id: string): number => {
    const known = columns.get(id);
    if (known !== undefined) return known;
    if (open.has(id)) return -1;
    open.add(id);
    const column = Math.max(-1, ...(before.get(id) ?? []).map(columnOf)) + 1;
    open.delete(id);
    columns.set(id, column);
    return column;
  };
  const byColumn: T[][] = [];
  for (const node of nodes) {
    const column = columnOf(node.id);
    while (byColumn.length <= column) byColumn.push([]);
    byColumn[column].push(node);
  }

  const tallest = Math.max(0, ...byColumn.map(({ length }) => length));
  const rows = new Map<string, number>();
  return byColumn.flatMap((column, place) => {
    const shift = (tallest - column.length) / 2;
    const centre = (id: string) => {
      const led = (before.get(id) ?? []).flatMap((from) => rows.get(from) ?? []);
      return led.length === 0 ? Number.POSITIVE_INFINITY : led.reduce((sum, row) => sum + row, 0) / led.length;
    };
    // Infinities are equal: those that nothing leads to keep their order.
    const order = column
      .map((node) => ({ node, at: centre(node.id) }))
      .sort((a, b) => (a.at === b.at ? 0 : a.at - b.at));
    return order.map(({ node }, i) => {
      rows.set(node.id, i + shift);
      return { node, column: place, row: i + shift };
    });
  });
}
