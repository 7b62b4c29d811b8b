import type postgres from 'postgres';
import type { Sql } from '../database/open.ts';
import { checkRunKeys } from './run-keys.ts';
import { isoSql } from './run-summary.ts';

export interface ExportedPoint {
  readonly run: string;
  readonly metric: string;
  readonly line: number;
  readonly step: number | null;
  readonly epoch: number | null;
  readonly time: string;
  /** NaN where the value was no number. */
  readonly value: number;
}

/** All points of runs, by run, metric and line, a batch at a time: there may be more than fit into memory. */
export async function* exportPoints(
  sql: Sql,
  runs: readonly string[],
  batch = 5000,
): AsyncGenerator<readonly ExportedPoint[]> {
  for (const run of checkRunKeys(runs)) yield* exportPointsSql(sql, run).cursor(batch);
}

export function exportPointsSql(sql: Sql, run: string): postgres.PendingQuery<ExportedPoint[]> {
  return sql<ExportedPoint[]>`
    select r.key::text as run, n.name as metric, p.line, p.step, p.epoch, ${isoSql(sql, sql`p.time`)} as time, p.value
    from retort.runs r join retort.run_metrics m on m.run_id = r.id join retort.metric_names n on n.id = m.metric_id
    cross join lateral (
      select * from retort.metrics p where p.run_id = m.run_id and p.metric_id = m.metric_id order by p.line
    ) p
    where r.key = ${run} order by n.name, p.line`;
}
