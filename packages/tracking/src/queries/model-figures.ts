import type { Sql } from '../database/open.ts';
import type { Filter } from '../filter/index.ts';
import { conditionSql } from './condition-sql.ts';
import { type FigureDelta, figureDelta, isSameTexts, type PairedAnswers } from './figure-delta.ts';
import { checkRunKeys } from './run-keys.ts';
import { isoSql } from './run-summary.ts';

export interface ModelFigure {
  readonly value: number;
  /** The 95 % interval, where there is one. */
  readonly low: number | null;
  readonly high: number | null;
}

/** A model as one report measured it on one data set, all figures together. */
export interface ModelFigures {
  /** The run of the report. */
  readonly run: string;
  readonly experiment: string;
  readonly project: string;
  readonly seed: number | null;
  readonly startedAt: string;
  /** The processor that its times were measured on. */
  readonly cpu: string | null;
  /** `teacher`, `student`, `teacher-int8`, `student-int8`, or a further model's name. */
  readonly model: string;
  /** The run that made the model. Null for a model from elsewhere. */
  readonly madeBy: string | null;
  /** The sha256 of the split. */
  readonly dataSet: string;
  readonly n: number;
  /** By metric: `accuracy`, `bytes`, `latency.p50.128`, ... */
  readonly figures: Readonly<Record<string, ModelFigure>>;
}

/** The accuracy of a model beside the baseline's: what it has more, and how likely that is chance. */
export interface ComparedModel extends ModelFigures {
  /** Null without a baseline, and for the baseline itself. */
  readonly delta: FigureDelta | null;
}

export interface ModelQuery {
  /** Reports, or runs that made a model of a report. Default: all reports. */
  readonly runs?: readonly string[];
  /** Of the reports. */
  readonly filter?: string | Filter;
  /** With which the others are compared: a report or a run that made a model, and which of its models. */
  readonly baseline?: { readonly run: string; readonly model?: string };
  /**
   * Pairs the answers of two models on the same texts that two reports measured apart; undefined where the answers are gone. Default: they are,
   * for the database has none.
   */
  readonly pairAnswers?: (a: ReportedModel, b: ReportedModel) => Promise<PairedAnswers | undefined>;
  /** Default: 1000. */
  readonly limit?: number;
}

/** A model as a report measured it: the report's run, the model's name in it, and the sha256 of the texts. */
export type ReportedModel = Pick<ModelFigures, 'run' | 'model' | 'dataSet'>;

/** Models that reports measured, the newest reports first. */
export async function modelFigures(sql: Sql, query: ModelQuery = {}): Promise<ComparedModel[]> {
  const { runs, baseline, filter = '', pairAnswers = async () => undefined, limit = 1000 } = query;
  const asked =
    runs === undefined ? undefined : checkRunKeys([...runs, ...(baseline === undefined ? [] : [baseline.run])]);
  const models = await sql<ModelFigures[]>`
    with asked as (select id, key from retort.runs where ${asked === undefined ? sql`false` : sql`key = any(${asked}::uuid[])`}),
    reports as (
      select id from asked
      union select i.run_id from asked join retort.run_artifacts o on o.run_id = asked.id and o.role = 'output'
        join retort.run_artifacts i on i.artifact_id = o.artifact_id and i.role = 'input'
    ), measured as (
      select v.run_id, v.model, v.data_set, max(v.n) as n, min(v.id) as place,
        jsonb_object_agg(v.metric, jsonb_build_object('value', v.value, 'low', v.low, 'high', v.high)) as figures
      from retort.evaluations v
      where v.slice = '' and ${asked === undefined ? sql`true` : sql`v.run_id in (select id from reports)`}
      group by v.run_id, v.model, v.data_set
    ), made as (
      select r.key::text as run, e.name as experiment, r.project, r.seed::float8 as seed, ${isoSql(sql, sql`r.started_at`)} as "startedAt",
        r.machine ->> 'cpu' as cpu, m.model, (
          select b.key::text from retort.run_artifacts i join retort.artifacts a on a.id = i.artifact_id
          join retort.run_artifacts o on o.artifact_id = a.id and o.role = 'output' join retort.runs b on b.id = o.run_id
          where i.run_id = r.id and i.role = 'input' and a.kind = case m.model when 'teacher' then 'finetune'
            when 'student' then 'distill' when 'teacher-int8' then 'quantize' when 'student-int8' then 'quantize' end
          order by b.key = any(${asked ?? []}::uuid[]) desc, b.started_at desc, b.id desc limit 1) as "madeBy",
        m.data_set as "dataSet", m.n, m.figures, r.started_at, r.id, m.place
      from measured m join retort.runs r on r.id = m.run_id join retort.experiments e on e.id = r.experiment_id
      where ${conditionSql(sql, filter)}
    )
    select run, experiment, project, seed, "startedAt", cpu, model, "madeBy", "dataSet", n, figures from made
    where ${asked === undefined ? sql`true` : sql`(run = any(${asked}::text[]) or "madeBy" = any(${asked}::text[]))`}
    order by started_at desc, id desc, place limit ${limit}::int`;
  if (baseline === undefined) return models.map((model) => ({ ...model, delta: null }));
  const pairs = await findAllPairs(sql, [...new Set(models.map(({ run }) => run))]);
  const pairOf = async (base: ModelFigures, model: ModelFigures) => {
    if (base.run === model.run) return pairs.get(pairKey(model.run, model.dataSet, base.model, model.model));
    return isSameTexts(sideOf(base), sideOf(model)) ? pairAnswers(base, model) : undefined;
  };
  return Promise.all(
    models.map(async (model) => {
      const base = baseOf(models, model, baseline);
      if (base === undefined) return { ...model, delta: null };
      const pair = await pairOf(base, model);
      return { ...model, delta: figureDelta(sideOf(base), sideOf(model), 'accuracy', pair) };
    }),
  );
}

/** Of the baseline's models the one that it is fair to compare with: on the same texts, of the same name, else the first. */
function baseOf(
  models: readonly ModelFigures[],
  model: ModelFigures,
  baseline: NonNullable<ModelQuery['baseline']>,
): ModelFigures | undefined {
  const rank = (one: ModelFigures) => Number(one.dataSet === model.dataSet) * 2 + Number(one.model === model.model);
  const [base] = models
    .filter(({ run, madeBy }) => run === baseline.run || madeBy === baseline.run)
    .filter((one) => one.figures.accuracy !== undefined && (baseline.model ?? one.model) === one.model)
    .sort((a, b) => rank(b) - rank(a));
  return base === model || model.figures.accuracy === undefined ? undefined : base;
}

const sideOf = ({ dataSet, n, figures }: ModelFigures) => ({ dataSet, n, value: figures.accuracy.value });

const pairKey = (...parts: readonly string[]) => JSON.stringify(parts);

/** McNemar's tests of reports, each both ways round. */
async function findAllPairs(sql: Sql, runs: readonly string[]): Promise<Map<string, PairedAnswers>> {
  type Row = PairedAnswers & { run: string; dataSet: string; modelA: string; modelB: string };
  const rows = await sql<Row[]>`
    select r.key::text as run, c.data_set as "dataSet", c.model_a as "modelA", c.model_b as "modelB", c.only_a as "onlyA",
      c.only_b as "onlyB", c.p from retort.comparisons c join retort.runs r on r.id = c.run_id
    where c.slice = '' and r.key = any(${[...runs]}::uuid[])`;
  const pairs = new Map<string, PairedAnswers>();
  for (const { run, dataSet, modelA, modelB, onlyA, onlyB, p } of rows) {
    pairs.set(pairKey(run, dataSet, modelA, modelB), { onlyA, onlyB, p });
    pairs.set(pairKey(run, dataSet, modelB, modelA), { onlyA: onlyB, onlyB: onlyA, p });
  }
  return pairs;
}
