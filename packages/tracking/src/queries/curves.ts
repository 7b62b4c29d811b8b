import { UserError } from '@retort/shared';
import type postgres from 'postgres';
import type { Sql } from '../database/open.ts';
import { encodePointsCursor, type ReaderState } from '../live/points-cursor.ts';
import type { RunStatus } from '../schema/index.ts';
import { checkRunKeys } from './run-keys.ts';

export interface CurveQuery {
  readonly runs: readonly string[];
  /** Names of metrics. */
  readonly metrics: readonly string[];
  /** At most so many points a curve, from 10 to 10,000. Default: 500. */
  readonly points?: number;
  /** Only points whose step lies within. */
  readonly steps?: { readonly from?: number; readonly to?: number };
}

/** Columns of equal length, as charts take them. Of a curve with more points than wanted, those that show its shape. */
export interface Curve {
  readonly run: string;
  readonly metric: string;
  /** How many points there are, of which these are some. */
  readonly total: number;
  /** Numbers of the lines in `metrics.jsonl`. */
  readonly lines: readonly number[];
  readonly steps: readonly (number | null)[];
  readonly epochs: readonly (number | null)[];
  /** Milliseconds since 1970. */
  readonly times: readonly number[];
  /** NaN where the value was no number. */
  readonly values: readonly number[];
}

export interface Curves {
  /** By run and metric; those that are there. */
  readonly curves: readonly Curve[];
  /** From here on `LiveFeed.points` tells what is not in these curves. */
  readonly cursor: string;
}

type CurveRow = { readonly run: string; readonly known: number; readonly status: RunStatus } & {
  readonly [column in keyof Omit<Curve, 'run' | 'metric'>]: Curve[column];
} & { readonly metric: string | null };

/**
 * Curves at a resolution, several runs and metrics by one statement. A curve with more points is cut into stretches of equally
 * many lines, and of each the least and the greatest value stay, so that no spike is lost; also the first and the last point.
 */
export async function curves(sql: Sql, query: CurveQuery): Promise<Curves> {
  const rows = await curvesSql(sql, query);
  const readers = new Map<string, ReaderState>();
  for (const { run, known, status } of rows) readers.set(run, { line: known, status });
  const found = rows.flatMap(({ known, status, metric, ...curve }) => (metric === null ? [] : [{ metric, ...curve }]));
  return { curves: found, cursor: encodePointsCursor(readers) };
}

export function curvesSql(sql: Sql, query: CurveQuery): postgres.PendingQuery<CurveRow[]> {
  const { metrics, points = 500, steps = {} } = query;
  const keys = checkRunKeys(query.runs);
  if (!Number.isInteger(points) || points < 10 || points > 10_000) {
    throw new UserError(`a curve cannot be drawn by ${points} points`, {
      place: { field: 'points' },
      remedy: 'give a number from 10 to 10000',
    });
  }
  const ranged = steps.from !== undefined || steps.to !== undefined;
  const within = ranged
    ? sql`and p.step >= ${steps.from ?? -Infinity}::float8 and p.step <= ${steps.to ?? Infinity}::float8`
    : sql``;
  const ofCurve = sql`p.run_id = m.run_id and p.metric_id = m.metric_id ${within}`;
  // Without a range all is known but the first line, which is where the key begins.
  const extent = ranged
    ? sql`select count(*)::int as total, min(p.line) as first, max(p.line) as last from retort.metrics p where ${ofCurve}`
    : sql`select m.points as total, m.last_line as last,
          (select p.line from retort.metrics p where ${ofCurve} order by p.line limit 1) as first`;
  return sql<CurveRow[]>`
    select r.key::text as run, r.lines as known, r.status, c.*
    from retort.runs r left join lateral (
      select n.name as metric, x.total, s.*
      from retort.metric_names n join retort.run_metrics m on m.metric_id = n.id and m.run_id = r.id
      cross join lateral (${extent}) x
      cross join lateral (
        select array_agg(line order by line) as lines, array_agg(step order by line) as steps,
          array_agg(epoch order by line) as epochs, array_agg(round(seconds * 1000)::float8 order by line) as times,
          array_agg(value order by line) as values
        from (
          select p.line, p.step, p.epoch, extract(epoch from p.time)::float8 as seconds, p.value
          from retort.metrics p where ${ofCurve} and x.total <= ${points}::int
          union all
          select point[2]::int, point[3]::int, point[4]::real, point[5], point[1]
          from (
            select min(point) as least, max(point) as greatest
            from (
              select width_bucket(p.line::float8, x.first + 1, x.last, ${Math.floor((points - 2) / 2)}::int) as bucket,
                array[p.value, p.line, p.step, p.epoch, extract(epoch from p.time)]::float8[] as point
              from retort.metrics p where ${ofCurve} and x.total > ${points}::int
            ) bucketed group by bucket
          ) ends cross join lateral (select least as point union select greatest) kept
        ) chosen
      ) s
      where n.name = any(${[...metrics]}::text[]) and x.total > 0
    ) c on true
    where r.key = any(${keys}::uuid[])
    order by array_position(${keys}::uuid[], r.key), array_position(${[...metrics]}::text[], c.metric)`;
}
