import type { Sql } from '../database/open.ts';
import { type Evaluation, findEvaluations } from './evaluations.ts';
import { type FigureDelta, figureDelta, isSameTexts, type PairedAnswers } from './figure-delta.ts';
import { NotFound } from './run-keys.ts';

/** One side: a model, as one report measured it. */
export interface MeasuredModel {
  readonly run: string;
  readonly model: string;
}

export interface EvaluationDelta extends FigureDelta {
  readonly a: Evaluation;
  readonly b: Evaluation;
}

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
  const pair = metric === 'accuracy' && isSameTexts(a, b) ? await findPair(sql, a, b) : undefined;
  return { a, b, ...figureDelta(a, b, metric, pair) };
}

async function findPair(sql: Sql, a: Evaluation, b: Evaluation): Promise<PairedAnswers | undefined> {
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
