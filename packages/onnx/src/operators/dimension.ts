import type { Dimension, Shape } from '../model.ts';
import type { NodeFacts } from './operator.ts';

/** A product of a number and names, such as `2*batch*length`. */
interface Monomial {
  readonly coefficient: number;
  readonly names: readonly string[];
}

function parse(dimension: Dimension): Monomial {
  if (typeof dimension === 'number') return { coefficient: dimension, names: [] };
  const factors = dimension.split('*');
  const numbers = factors.filter((factor) => /^\d+$/.test(factor));
  return {
    coefficient: numbers.reduce((product, factor) => product * Number(factor), 1),
    names: factors.filter((factor) => !/^\d+$/.test(factor)),
  };
}

function format({ coefficient, names }: Monomial): Dimension {
  if (names.length === 0 || coefficient === 0) return coefficient;
  return [...(coefficient === 1 ? [] : [coefficient]), ...names.toSorted()].join('*');
}

/** The number of elements of such a shape, as a number or as a name such as `128*batch`. */
export function product(shape: Shape): Dimension {
  const factors = shape.map(parse);
  return format({
    coefficient: factors.reduce((total, factor) => total * factor.coefficient, 1),
    names: factors.flatMap((factor) => factor.names),
  });
}

/** `dividend` / `divisor`; undefined where names do not cancel or a remainder is left. */
export function quotient(dividend: Dimension, divisor: Dimension): Dimension | undefined {
  const over = parse(dividend);
  const under = parse(divisor);
  const names = [...over.names];
  for (const name of under.names) {
    const at = names.indexOf(name);
    if (at < 0) return undefined;
    names.splice(at, 1);
  }
  const coefficient = over.coefficient / under.coefficient;
  return Number.isInteger(coefficient) ? format({ coefficient, names }) : undefined;
}

/** Whether two lengths cannot be equal in any run. Two names may stand for the same length. */
export function contradict(a: Dimension, b: Dimension): boolean {
  return typeof a === 'number' && typeof b === 'number' && a !== b;
}

/** The shape of shapes put together by NumPy's rules: aligned at their ends, a length of 1 stretches. */
export function broadcast(node: NodeFacts, ...shapes: readonly (Shape | undefined)[]): Shape | undefined {
  const known = shapes.filter((shape) => shape !== undefined);
  if (known.length < shapes.length) return undefined;
  const rank = Math.max(...known.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) =>
    known
      .map((shape) => shape[axis - rank + shape.length] ?? 1)
      .reduce((a, b) => {
        if (contradict(a, b) && a !== 1 && b !== 1) node.fail(`lengths ${a} and ${b} do not go together`);
        if (a === b || b === 1) return a;
        if (a === 1) return b;
        // A name against a number above 1: the run would fail were the name neither 1 nor that number.
        if (typeof a === 'number') return a;
        return typeof b === 'number' ? b : node.unknown(axis);
      }),
  );
}
