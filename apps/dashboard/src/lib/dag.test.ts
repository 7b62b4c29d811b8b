import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { layoutGraph } from './dag.ts';

const nodes = (...ids: string[]) => ids.map((id) => ({ id }));
const edges = (...pairs: string[]) => pairs.map((pair) => ({ from: pair[0], to: pair[1] }));
const at = (placed: ReturnType<typeof layoutGraph>) =>
  Object.fromEntries(placed.map(({ node, column, row }) => [node.id, [column, row]]));

describe('layoutGraph', () => {
  it('puts a node behind all that lead to it', () => {
    expect(at(layoutGraph(nodes('d', 'a', 'b', 'c'), edges('ab', 'bc', 'ac', 'cd')))).toEqual({
      a: [0, 0],
      b: [1, 0],
      c: [2, 0],
      d: [3, 0],
    });
  });

  it('orders a column by what leads to it', () => {
    const placed = at(layoutGraph(nodes('a', 'b', 'x', 'y'), edges('by', 'ax')));
    expect([placed.x[1], placed.y[1]]).toEqual([0, 1]);
    const crossed = at(layoutGraph(nodes('a', 'b', 'x', 'y'), edges('ay', 'bx')));
    expect([crossed.x[1], crossed.y[1]]).toEqual([1, 0]);
  });

  it('centres a short column', () => {
    expect(at(layoutGraph(nodes('a', 'b', 'c'), edges('ac', 'bc'))).c).toEqual([1, 0.5]);
  });

  it('ends with circles, and places each node once', () => {
    expect(layoutGraph(nodes('a', 'b'), edges('ab', 'ba'))).toHaveLength(2);
  });

  it('lets every edge of a graph without circles go to the right', () => {
    const pair = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 }));
    fc.assert(
      fc.property(fc.array(pair), (pairs) => {
        const all = pairs.filter(([a, b]) => a < b).map(([a, b]) => ({ from: String(a), to: String(b) }));
        const placed = at(layoutGraph(nodes(...'0123456789'), all));
        for (const { from, to } of all) expect(placed[from][0]).toBeLessThan(placed[to][0]);
      }),
    );
  });
});
