import { twoProportions } from './two-proportions.ts';

/** Texts that one of two models alone has right, and McNemar's exact p. */
export interface PairedAnswers {
  readonly onlyA: number;
  readonly onlyB: number;
  readonly p: number;
}

export interface FigureDelta {
  /** b's value minus a's. */
  readonly difference: number;
  /** Whether both were measured on the same texts. If not, the difference may be the texts'. */
  readonly sameTexts: boolean;
  /**
   * How p came about. `mcnemar`: exact, from the texts that one model alone has right. `two-proportion`: as if the texts of
   * both had nothing to do with each other, which finds less. Null: the figure is no share of texts, and nothing is known.
   */
  readonly test: 'mcnemar' | 'two-proportion' | null;
  /** The probability of a difference at least as large if there were none. */
  readonly p: number | null;
  /** For `mcnemar`: texts that a alone, and b alone has right. */
  readonly onlyA: number | null;
  readonly onlyB: number | null;
}

interface Side {
  readonly value: number;
  readonly n: number;
  readonly dataSet: string;
}

/** Metrics that count texts. */
const shares = ['accuracy', 'accuracyByArgmax'];

/** Whether both figures are of the same texts. */
export function isSameTexts(a: Side, b: Side): boolean {
  return a.dataSet === b.dataSet && a.n === b.n;
}

/** The difference of two figures of a metric; `pair` where the same report paired both models' answers. */
export function figureDelta(a: Side, b: Side, metric: string, pair?: PairedAnswers): FigureDelta {
  const result = { difference: b.value - a.value, sameTexts: isSameTexts(a, b) };
  if (pair !== undefined) return { ...result, test: 'mcnemar', ...pair };
  const none = { onlyA: null, onlyB: null };
  if (!shares.includes(metric)) return { ...result, test: null, p: null, ...none };
  const count = ({ value, n }: Side) => ({ successes: Math.round(value * n), n });
  return { ...result, test: 'two-proportion', p: twoProportions(count(a), count(b)), ...none };
}
