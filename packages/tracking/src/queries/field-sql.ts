import type { Sql } from '../database/open.ts';
import type { Column, Field } from '../filter/index.ts';
import type { Fragment } from './fragment.ts';

/** What reads a field of the run `r` of the experiment `e`. Every one is null for what the run does not have. */
export interface FieldSql {
  readonly number: Fragment;
  readonly text: Fragment;
  readonly boolean: Fragment;
  /** Whether it is there, whatever its type. */
  readonly present: Fragment;
}

export function columnSql(sql: Sql, column: Column): Fragment {
  switch (column) {
    case 'run':
      return sql`r.key::text`;
    case 'experiment':
      return sql`e.name`;
    case 'project':
      return sql`r.project`;
    case 'stage':
      return sql`r.stage`;
    case 'status':
      return sql`r.status`;
    case 'seed':
      return sql`r.seed`;
    case 'started':
      return sql`r.started_at`;
    case 'ended':
      return sql`r.ended_at`;
    case 'took':
      return sql`extract(epoch from coalesce(r.ended_at, now()) - r.started_at)::float8`;
    case 'commit':
      return sql`r.git_commit`;
    case 'dirty':
      return sql`r.git_dirty`;
    case 'host':
      return sql`r.host`;
    case 'folder':
      return sql`r.folder`;
    case 'reason':
      return sql`r.exit_reason`;
    case 'notes':
      return sql`nullif(r.notes, '')`;
    case 'tags':
      return sql`r.tags`;
    case 'archived':
      return sql`(r.archived_at is not null)`;
  }
}

/** A field whose type the data decide. */
export function valueSql(sql: Sql, field: Exclude<Field, { kind: 'column' }>): FieldSql {
  switch (field.kind) {
    case 'document':
      return jsonSql(sql, documentSql(sql, field.document, field.path));
    case 'figure':
      return numberSql(sql, figureSql(sql, field.name));
    case 'metric':
      return numberSql(sql, metricSql(sql, field.aggregate, field.name));
    case 'name': {
      const config = jsonSql(sql, documentSql(sql, 'config', field.name.split('.')));
      const measured = sql`${figureSql(sql, field.name)}, ${metricSql(sql, 'last', field.name)}`;
      return {
        ...config,
        number: sql`coalesce(${measured}, ${config.number})`,
        present: sql`coalesce(${config.present}, nullif(coalesce(${measured}) is not null, false))`,
      };
    }
  }
}

function documentSql(
  sql: Sql,
  document: 'config' | 'engine' | 'machine' | 'versions',
  path: readonly string[],
): Fragment {
  return sql`(r.${sql(document)} #> ${[...path]}::text[])`;
}

/** JSON's null is as good as nothing. */
function jsonSql(sql: Sql, json: Fragment): FieldSql {
  const typed = (type: 'number' | 'string' | 'boolean', value: Fragment) =>
    sql`(case when jsonb_typeof(${json}) = ${sql.unsafe(`'${type}'`)} then ${value} end)`;
  return {
    number: typed('number', sql`${json}::float8`),
    text: typed('string', sql`${json} #>> '{}'`),
    boolean: typed('boolean', sql`${json}::boolean`),
    present: sql`nullif(jsonb_typeof(${json}) <> 'null', false)`,
  };
}

function numberSql(sql: Sql, number: Fragment): FieldSql {
  return {
    number,
    text: sql`null::text`,
    boolean: sql`null::boolean`,
    present: sql`nullif(${number} is not null, false)`,
  };
}

function figureSql(sql: Sql, name: string): Fragment {
  return sql`(r.figures ->> ${name}::text)::float8`;
}

/** NaN is greater than every number for Postgres: a run that diverged would have the highest accuracy. */
function metricSql(sql: Sql, aggregate: 'last' | 'min' | 'max' | 'points', name: string): Fragment {
  return sql`(
    select nullif(m.${sql(aggregate)}::float8, 'NaN') from retort.run_metrics m
    where m.run_id = r.id and m.metric_id = (select n.id from retort.metric_names n where n.name = ${name}))`;
}
