import { UserError } from '@retort/shared';
import type postgres from 'postgres';
import type { Sql } from '../database/open.ts';
import { type Filter, parseField, parseSort } from '../filter/index.ts';
import { conditionSql } from './condition-sql.ts';
import type { Leaf } from './flatten.ts';
import type { Fragment } from './fragment.ts';
import { decodePageToken, encodePageToken } from './page-token.ts';
import { type RunSummary, summarySql } from './run-summary.ts';
import { afterSql, sortSql } from './sort-sql.ts';

export interface RunQuery {
  /** `stage = distill and validation.accuracy > 0.97`, or a filter already read. Archived runs are found only if it names `archived`. */
  readonly filter?: string | Filter;
  /** `started`, or `-accuracy` for the highest first. Runs without it come last. Default: the newest first. */
  readonly sort?: string;
  /** From 1 to 1000. Default: 50. */
  readonly limit?: number;
  /** The `next` of the page before. */
  readonly after?: string;
  /** Names of metrics whose curves are summed up in each run. */
  readonly metrics?: readonly string[];
  /** Places of configuration, engine, machine or versions that each run tells, such as `config.student.layers`. */
  readonly params?: readonly string[];
}

/** A curve in four numbers; null where none of its values is a number. */
export interface CurveSummary {
  readonly last: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly points: number;
}

export interface FoundRun extends RunSummary {
  /** By name: those that were asked for and that the run has. */
  readonly metrics: Readonly<Record<string, CurveSummary>>;
  /** By name: those that were asked for and that the run has; lists and objects as JSON. */
  readonly params: Readonly<Record<string, Leaf>>;
}

export interface RunPage {
  readonly runs: readonly FoundRun[];
  /** Where the next page begins. Null: this is the last one. */
  readonly next: string | null;
}

type Row = FoundRun & { readonly pageKey: string | null; readonly pageId: number };

/** One page of the runs that a filter holds for. What is added meanwhile neither doubles a run nor hides one. */
export async function findRuns(sql: Sql, query: RunQuery = {}): Promise<RunPage> {
  const { limit = 50, sort = '-started' } = query;
  const rows = await findRunsSql(sql, query);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    runs: rows.slice(0, limit).map(({ pageKey, pageId, ...run }) => run),
    next: last === undefined ? null : encodePageToken({ key: last.pageKey, id: last.pageId }, sort),
  };
}

/** How many runs a filter holds for. */
export async function countRuns(sql: Sql, filter: string | Filter = ''): Promise<number> {
  const [{ count }] = await sql<{ count: number }[]>`
    select count(*)::int as count from retort.runs r join retort.experiments e on e.id = r.experiment_id
    where ${conditionSql(sql, filter)}`;
  return count;
}

/** The statement, which reads one run more than a page has: it tells whether there is a next page. */
export function findRunsSql(
  sql: Sql,
  { filter = '', sort = '-started', limit = 50, after, metrics = [], params = [] }: RunQuery,
): postgres.PendingQuery<Row[]> {
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
    throw new UserError(`a page cannot have ${limit} runs`, {
      place: { field: 'limit' },
      remedy: 'give a number from 1 to 1000',
    });
  }
  const order = sortSql(sql, parseSort(sort));
  const condition = conditionSql(sql, filter);
  const rest =
    after === undefined ? condition : sql`${condition} and ${afterSql(sql, order, decodePageToken(after, sort))}`;
  return sql<Row[]>`
    with page as (
      select r.id, ${order.key} as key
      from retort.runs r join retort.experiments e on e.id = r.experiment_id
      where ${rest} order by ${order.key} ${order.direction}, r.id ${order.idDirection} limit ${limit + 1}::int
    )
    select ${summarySql(sql)}, ${curveSummariesSql(sql, metrics)} as metrics, ${paramsSql(sql, params)} as params,
      page.key::text as "pageKey", r.id as "pageId"
    from page join retort.runs r on r.id = page.id join retort.experiments e on e.id = r.experiment_id
    order by page.key ${order.direction}, page.id ${order.idDirection}`;
}

function curveSummariesSql(sql: Sql, names: readonly string[]): Fragment {
  if (names.length === 0) return sql`'{}'::jsonb`;
  return sql`coalesce((
    select jsonb_object_agg(n.name, jsonb_build_object(
      'last', nullif(m.last, 'NaN'), 'min', m.min, 'max', m.max, 'points', m.points))
    from retort.metric_names n join retort.run_metrics m on m.metric_id = n.id
    where n.name = any(${[...names]}::text[]) and m.run_id = r.id), '{}')`;
}

function paramsSql(sql: Sql, names: readonly string[]): Fragment {
  const values = [...new Set(names)].map((name) => {
    const field = parseField(name);
    if (field.kind !== 'document') {
      throw new UserError(`"${name}" is no place of a configuration`, {
        place: { field: 'params' },
        remedy: 'begin with config., engine., machine. or versions.',
      });
    }
    const value = sql`r.${sql(field.document)} #> ${[...field.path]}::text[]`;
    const leaf = sql`case when jsonb_typeof(${value}) in ('object', 'array') then to_jsonb((${value})::text) else ${value} end`;
    return sql`jsonb_build_object(${name}::text, ${leaf})`;
  });
  if (values.length === 0) return sql`'{}'::jsonb`;
  return sql`jsonb_strip_nulls(${values.reduce((all, value) => sql`${all} || ${value}`)})`;
}
