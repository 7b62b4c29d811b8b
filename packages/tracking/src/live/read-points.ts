import type postgres from 'postgres';
import type { Sql } from '../database/open.ts';
import { noRun } from '../queries/run-keys.ts';
import { type RunSummary, summarySql } from '../queries/run-summary.ts';
import type { ReaderState } from './points-cursor.ts';

export interface LivePoint {
  /** Number of the line in `metrics.jsonl`. */
  readonly line: number;
  readonly metric: string;
  readonly step: number | null;
  readonly epoch: number | null;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** NaN where the value was no number. */
  readonly value: number;
}

/** What is new of one run for a reader, and how far the reader is then. */
export type RunNews = { readonly run: string; readonly state: ReaderState } & (
  | { readonly type: 'run'; readonly summary: RunSummary }
  | { readonly type: 'points'; readonly points: readonly LivePoint[] }
);

/** A reader who is far behind catches up by parts of so many lines. */
export const linesAtOnce = 2000;

type Row = RunSummary & { readonly id: number };

/**
 * What a reader of `states` has not been told yet; nothing if that is all. A run's row tells how many lines are there, and
 * it changes in the transaction that brings them: up to that line nothing can come in later, whatever order others
 * commit in. So a number a run is all that a reader has to remember.
 */
export async function readPoints(
  sql: Sql,
  states: ReadonlyMap<string, ReaderState>,
  known: Map<number, string>,
): Promise<RunNews[]> {
  const rows = await sql<Row[]>`
    select r.id, ${summarySql(sql)} from retort.runs r join retort.experiments e on e.id = r.experiment_id
    where r.key = any(${[...states.keys()]}::uuid[]) order by r.started_at, r.id`;
  const found = new Set(rows.map(({ run }) => run));
  for (const run of states.keys()) if (!found.has(run)) throw noRun(run);
  const news: RunNews[] = [];
  for (const { id, ...summary } of rows) {
    known.set(id, summary.run);
    news.push(...(await readRun(sql, id, summary, states.get(summary.run) ?? { line: 0 })));
  }
  return news;
}

async function readRun(sql: Sql, id: number, summary: RunSummary, told: ReaderState): Promise<RunNews[]> {
  const { run, status, points: lines } = summary;
  const news: RunNews[] = [];
  let state = told;
  // A new reader is told first what the run is.
  if (told.status === undefined) {
    state = { ...state, status };
    news.push({ type: 'run', run, state, summary });
  }
  if (lines > state.line) {
    const to = Math.min(lines, state.line + linesAtOnce);
    const points = await pointsSql(sql, id, state.line, to);
    state = { ...state, line: to };
    // Lines that were damaged are no points: the reader is past them all the same.
    news.push({ type: 'points', run, state, points: [...points] });
  }
  // How it ended comes after its points.
  if (state.line >= lines && state.status !== status) {
    state = { ...state, status };
    news.push({ type: 'run', run, state, summary });
  }
  return news;
}

/** The points of the lines behind `from` up to `to`, by the metrics that have any: each is a stretch of the key. */
export function pointsSql(sql: Sql, runId: number, from: number, to: number): postgres.PendingQuery<LivePoint[]> {
  return sql<LivePoint[]>`
    select p.line, n.name as metric, p.step, p.epoch, round(extract(epoch from p.time) * 1000)::float8 as time, p.value
    from retort.run_metrics m join retort.metric_names n on n.id = m.metric_id
    cross join lateral (
      select * from retort.metrics p
      where p.run_id = m.run_id and p.metric_id = m.metric_id and p.line > ${from}::int and p.line <= ${to}::int
    ) p
    where m.run_id = ${runId}::int and m.last_line > ${from}::int
    order by p.line`;
}
