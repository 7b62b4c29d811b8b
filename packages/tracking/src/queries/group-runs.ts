import { meanInterval, UserError } from '@retort/shared';
import type { Sql } from '../database/open.ts';
import { columns, type Field, type Filter, parseField } from '../filter/index.ts';
import { conditionSql } from './condition-sql.ts';
import { columnSql, valueSql } from './field-sql.ts';
import type { Leaf } from './flatten.ts';
import { type Fragment, join } from './fragment.ts';

export interface GroupQuery {
  /** `seed`: runs that differ in nothing else, the newest that succeeded of each seed. Else a field, such as `config.student.layers`. */
  readonly by: string;
  /** What is averaged: `accuracy`, `min(loss)`, `took`. */
  readonly of: readonly string[];
  readonly filter?: string | Filter;
}

/** A mean over the runs of a group that have the value. */
export interface GroupMean {
  readonly n: number;
  readonly mean: number;
  /** Student's 95 % interval of the mean. Null for a single value. */
  readonly interval: readonly [low: number, high: number] | null;
}

export interface RunGroup {
  /** What the runs have in common; null where they have nothing there, and for seeds. */
  readonly value: Leaf;
  /** Null where the runs are of several. */
  readonly experiment: string | null;
  readonly stage: string | null;
  /** The newest first. */
  readonly runs: readonly string[];
  /** One for each of `of`; null where no run has a value. */
  readonly means: readonly (GroupMean | null)[];
}

interface Row {
  readonly value: Leaf;
  readonly experiments: string[];
  readonly stages: string[];
  readonly runs: string[];
  /** [runs][of] */
  readonly values: (number | null)[][];
}

/** Runs taken together, the largest groups first, and what they give in the mean. */
export async function groupRuns(sql: Sql, { by, of, filter = '' }: GroupQuery): Promise<RunGroup[]> {
  const fields = of.map((name) => numberSql(sql, parseField(name), name));
  const values = fields.length === 0 ? sql`'[]'::jsonb` : sql`jsonb_build_array(${join(sql, fields, ',')})`;
  const found = by === 'seed' ? seedsSql(sql, values, filter) : valuesSql(sql, parseField(by), values, filter);
  const rows = await sql<Row[]>`
    with found as (${found})
    select value, array_agg(distinct experiment) as experiments, array_agg(distinct stage) as stages,
      array_agg(run order by started_at desc, id desc) as runs, jsonb_agg(values order by started_at desc, id desc) as values
    from found group by grouped, value order by count(*) desc, max(started_at) desc`;
  return rows.map(({ value, experiments, stages, runs, values }) => ({
    value,
    experiment: experiments.length === 1 ? experiments[0] : null,
    stage: stages.length === 1 ? stages[0] : null,
    runs,
    means: of.map((_, i) => meanOf(values.map((row) => row[i]))),
  }));
}

function meanOf(values: readonly (number | null)[]): GroupMean | null {
  const given = values.filter((value) => value !== null);
  if (given.length === 0) return null;
  if (given.length === 1) return { n: 1, mean: given[0], interval: null };
  return { n: given.length, ...meanInterval(given) };
}

function seedsSql(sql: Sql, values: Fragment, filter: string | Filter): Fragment {
  return sql`
    select distinct on (r.experiment_id, r.stage, r.config - 'seed', r.project, r.seed)
      r.id, r.key::text as run, e.name as experiment, r.stage, r.started_at, 'null'::jsonb as value, ${values} as values,
      jsonb_build_array(r.experiment_id, r.stage, r.config - 'seed') as grouped
    from retort.runs r join retort.experiments e on e.id = r.experiment_id
    where r.status = 'succeeded' and ${conditionSql(sql, filter)}
    order by r.experiment_id, r.stage, r.config - 'seed', r.project, r.seed, r.started_at desc, r.id desc`;
}

function valuesSql(sql: Sql, field: Field, values: Fragment, filter: string | Filter): Fragment {
  return sql`
    select r.id, r.key::text as run, e.name as experiment, r.stage, r.started_at, by_field.value, ${values} as values,
      by_field.value as grouped
    from retort.runs r join retort.experiments e on e.id = r.experiment_id,
      lateral (select coalesce(${leafSql(sql, field)}, 'null'::jsonb) as value) by_field
    where ${conditionSql(sql, filter)}`;
}

/** A field's value as JSON. */
function leafSql(sql: Sql, field: Field): Fragment {
  if (field.kind === 'column') {
    const column = columnSql(sql, field.name);
    return field.name === 'tags' ? sql`to_jsonb(array_to_string(${column}, ', '))` : sql`to_jsonb(${column})`;
  }
  const { number, text, boolean } = valueSql(sql, field);
  return sql`coalesce(to_jsonb(${text}), to_jsonb(${number}), to_jsonb(${boolean}))`;
}

function numberSql(sql: Sql, field: Field, name: string): Fragment {
  if (field.kind !== 'column') return valueSql(sql, field).number;
  const type = columns[field.name];
  if (type === 'number' || type === 'duration') return sql`${columnSql(sql, field.name)}::float8`;
  throw new UserError(`"${name}" is no number`, {
    place: { field: 'of' },
    remedy: 'average figures, metrics, numbers of the configuration, seed or took',
  });
}
