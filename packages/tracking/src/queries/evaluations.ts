import type { Sql } from '../database/open.ts';
import { type Fragment, join } from './fragment.ts';
import { isRunKey, noRun } from './run-keys.ts';

/** One figure of one model on one data set, as a report measured it. */
export interface Evaluation {
  /** The run of the report. */
  readonly run: string;
  readonly experiment: string;
  readonly project: string;
  /** `teacher`, `student`, `teacher-int8`, `student-int8`. */
  readonly model: string;
  /** The sha256 of the split. */
  readonly dataSet: string;
  /** A part of the data set. Empty: all of it. */
  readonly slice: string;
  readonly metric: string;
  readonly value: number;
  /** The 95 % interval, where there is one. */
  readonly low: number | null;
  readonly high: number | null;
  /** Texts that the figure is of. */
  readonly n: number;
}

export interface EvaluationQuery {
  readonly run?: string;
  readonly experiment?: string;
  readonly model?: string;
  readonly dataSet?: string;
  readonly slice?: string;
  readonly metric?: string;
  /** Default: 1000. */
  readonly limit?: number;
}

/** The columns of an Evaluation, out of `v`, its run `r` and the experiment `e`. */
export function evaluationSql(sql: Sql): Fragment {
  return sql`r.key::text as run, e.name as experiment, r.project, v.model, v.data_set as "dataSet", v.slice, v.metric,
    v.value, v.low, v.high, v.n`;
}

/** The newest reports first. */
export async function findEvaluations(sql: Sql, query: EvaluationQuery = {}): Promise<Evaluation[]> {
  const { run, experiment, model, dataSet, slice, metric, limit = 1000 } = query;
  if (run !== undefined && !isRunKey(run)) throw noRun(run);
  const conditions = [sql`true`];
  if (run !== undefined) conditions.push(sql`r.key = ${run}`);
  if (experiment !== undefined) conditions.push(sql`e.name = ${experiment}`);
  if (model !== undefined) conditions.push(sql`v.model = ${model}`);
  if (dataSet !== undefined) conditions.push(sql`v.data_set = ${dataSet}`);
  if (slice !== undefined) conditions.push(sql`v.slice = ${slice}`);
  if (metric !== undefined) conditions.push(sql`v.metric = ${metric}`);
  return sql<Evaluation[]>`
    select ${evaluationSql(sql)} from retort.evaluations v
    join retort.runs r on r.id = v.run_id join retort.experiments e on e.id = r.experiment_id
    where ${join(sql, conditions, 'and')}
    order by r.started_at desc, r.id desc, v.id limit ${limit}::int`;
}
