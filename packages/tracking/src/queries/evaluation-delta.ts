import type { Sql } from '../database/open.ts';
import { type Evaluation, findEvaluations } from './evaluations.ts';
import { NotFound } from './run-keys.ts';
import { twoProportions } from './two-proportions.ts';

/** One side: a model, as one report measured it. */
export interface MeasuredModel {
  readonly run: string;
  readonly model: string;
}

export interface EvaluationDelta {
  readonly a: Evaluation;
  readonly b: Evaluation;
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

/** Metrics that count texts. */
const shares = ['accuracy', 'accuracyByArgmax'];

/** The difference of two models in one metric. A UserError if one of them was not measured. */
export async function evaluationDelta(
  sql: Sql,
  sides: { readonly a: MeasuredModel; readonly b: MeasuredModel; readonly metric?: string; readonly slice?: string },
): Promise<EvaluationDelta> {
  const { metric = 'accuracy', slice = '' } = sides;
  const [ofA, ofB] = await Promise.all(
    [sides.a, sides.b].map(({ run, model }) => findEvaluations(sql, { run, model, metric, slice })),
  );
  // A report may measure on several data sets: the one that both have.
  const a =
    ofA.find(({ dataSet }) => ofB.some((other) => other.dataSet === dataSet)) ??
    ofA[0] ??
    missing(sides.a, metric, slice);
  const b = ofB.find(({ dataSet }) => dataSet === a.dataSet) ?? ofB[0] ?? missing(sides.b, metric, slice);
  const sameTexts = a.dataSet === b.dataSet && a.n === b.n;
  const result = { a, b, difference: b.value - a.value, sameTexts };
  const pairs = metric === 'accuracy' && sameTexts ? await findPairs(sql, a, b) : undefined;
  if (pairs !== undefined) return { ...result, test: 'mcnemar', ...pairs };
  const none = { onlyA: null, onlyB: null };
  if (!shares.includes(metric)) return { ...result, test: null, p: null, ...none };
  const count = ({ value, n }: Evaluation) => ({ successes: Math.round(value * n), n });
  return { ...result, test: 'two-proportion', p: twoProportions(count(a), count(b)), ...none };
}

async function findPairs(sql: Sql, a: Evaluation, b: Evaluation) {
  if (a.run !== b.run) return undefined;
  const [pair] = await sql<{ modelA: string; onlyA: number; onlyB: number; p: number }[]>`
    select c.model_a as "modelA", c.only_a as "onlyA", c.only_b as "onlyB", c.p
    from retort.comparisons c join retort.runs r on r.id = c.run_id
    where r.key = ${a.run} and c.data_set = ${a.dataSet} and c.slice = ${a.slice}
      and (c.model_a, c.model_b) in ((${a.model}, ${b.model}), (${b.model}, ${a.model}))`;
  if (pair === undefined) return undefined;
  const { modelA, onlyA, onlyB, p } = pair;
  return modelA === a.model ? { onlyA, onlyB, p } : { onlyA: onlyB, onlyB: onlyA, p };
}

function missing({ run, model }: MeasuredModel, metric: string, slice: string): never {
  throw new NotFound(`the run ${run} has no ${metric} of "${model}"${slice === '' ? '' : ` on ${slice}`}`, {
    place: { field: 'model' },
    remedy: 'name a run of the stage report, and a model that it measured',
  });
}
