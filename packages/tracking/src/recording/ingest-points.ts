import { existsSync } from 'node:fs';
import type postgres from 'postgres';
import type { Sql } from '../database/open.ts';
import { type Point, parseLine } from './parse-line.ts';
import { readLines } from './read-lines.ts';

type Transaction = postgres.TransactionSql<{ bigint: number }>;
interface Numbered extends Point {
  readonly line: number;
}

/** Names whose numbers are known, for each client. */
const knownNames = new WeakMap<Sql, ReadonlyMap<string, number>>();

/**
 * Sends what a run's `metrics.jsonl` has and the database has not. Whoever calls it how often, and wherever it is killed:
 * each line is there once, and in the order of the file. For the run's row tells how far the database is, whoever sends
 * holds its lock, and points and row change in one transaction.
 */
export async function ingestPoints(
  sql: Sql,
  runId: number,
  path: string,
  { finished = false, limit = 1 << 20 } = {},
): Promise<{ readonly lines: number; readonly damaged: number }> {
  let lines = 0;
  let damaged = 0;
  if (!existsSync(path)) return { lines, damaged };
  for (;;) {
    const sent = await sql.begin((tx) =>
      ingestPart(tx, runId, path, { finished, limit, known: knownNames.get(sql) ?? new Map() }),
    );
    // Not before: what a transaction added may have been rolled back.
    if (sent.ids !== undefined) knownNames.set(sql, sent.ids);
    if (sent.lines === 0) return { lines, damaged };
    lines += sent.lines;
    damaged += sent.damaged;
  }
}

async function ingestPart(
  tx: Transaction,
  runId: number,
  path: string,
  {
    known,
    ...how
  }: { readonly finished: boolean; readonly limit: number; readonly known: ReadonlyMap<string, number> },
): Promise<{ readonly lines: number; readonly damaged: number; readonly ids?: ReadonlyMap<string, number> }> {
  const [run] = await tx`select lines, bytes from retort.runs where id = ${runId} for update`;
  if (run === undefined) return { lines: 0, damaged: 0 };
  const part = readLines(path, run.bytes, how);
  if (part.bytes === 0) return { lines: 0, damaged: 0 };
  const points = part.lines.flatMap((text, i) => {
    const point = parseLine(text);
    return point === undefined ? [] : [{ ...point, line: run.lines + i + 1 }];
  });
  const ids = await metricIds(tx, new Set(points.map(({ name }) => name)), known);
  await insertPoints(tx, runId, points, ids);
  await updateSummaries(tx, runId, points, ids);
  const lines = run.lines + part.lines.length;
  await tx`update retort.runs set lines = ${lines}, bytes = ${run.bytes + part.bytes}, updated_at = now() where id = ${runId}`;
  await tx`select pg_notify('retort', ${JSON.stringify({ run: runId, line: lines })})`;
  return { lines: part.lines.length, damaged: part.lines.length - points.length, ids };
}

async function metricIds(
  tx: Transaction,
  names: ReadonlySet<string>,
  known: ReadonlyMap<string, number>,
): Promise<ReadonlyMap<string, number>> {
  // Sorted: transactions that add the same names wait for each other, but never in a circle.
  const unknown = [...names].filter((name) => !known.has(name)).sort();
  if (unknown.length === 0) return known;
  await tx`
    insert into retort.metric_names (name) select n from unnest(${unknown}::text[]) n
    where not exists (select from retort.metric_names m where m.name = n) order by n on conflict do nothing`;
  const rows = await tx`select id, name from retort.metric_names where name = any(${unknown}::text[])`;
  const found = new Map(known);
  for (const { id, name } of rows) found.set(name, id);
  return found;
}

async function insertPoints(
  tx: Transaction,
  runId: number,
  points: readonly Numbered[],
  ids: ReadonlyMap<string, number>,
) {
  const column = <K extends keyof Numbered>(key: K) => points.map((point) => point[key]);
  const metric = points.map(({ name }) => ids.get(name) ?? null);
  await tx`
    insert into retort.metrics (run_id, metric_id, line, value, time, step, epoch)
    select ${runId}, * from unnest(${metric}::int4[], ${column('line')}::int4[], ${column('value')}::float8[],
      ${column('time')}::timestamptz[], ${column('step')}::int4[], ${column('epoch')}::float4[])
    on conflict do nothing`;
}

async function updateSummaries(
  tx: Transaction,
  runId: number,
  points: readonly Numbered[],
  ids: ReadonlyMap<string, number>,
) {
  const byName = new Map<string, Numbered[]>();
  for (const point of points) {
    const own = byName.get(point.name);
    if (own === undefined) byName.set(point.name, [point]);
    else own.push(point);
  }
  const rows = [...byName].map(([name, own]) => {
    const finite = own.map(({ value }) => value).filter((value) => !Number.isNaN(value));
    const last = own[own.length - 1];
    return {
      metric: ids.get(name) ?? null,
      points: own.length,
      min: finite.length === 0 ? null : finite.reduce((a, b) => Math.min(a, b)),
      max: finite.length === 0 ? null : finite.reduce((a, b) => Math.max(a, b)),
      last,
    };
  });
  const column = <T>(get: (row: (typeof rows)[number]) => T) => rows.map(get);
  await tx`
    insert into retort.run_metrics as old (run_id, metric_id, points, min, max, last, last_line, last_step, last_epoch)
    select ${runId}, * from unnest(${column((row) => row.metric)}::int4[], ${column((row) => row.points)}::int4[],
      ${column((row) => row.min)}::float8[], ${column((row) => row.max)}::float8[],
      ${column((row) => row.last.value)}::float8[], ${column((row) => row.last.line)}::int4[],
      ${column((row) => row.last.step)}::int4[], ${column((row) => row.last.epoch)}::float4[])
    on conflict (run_id, metric_id) do update set
      points = old.points + excluded.points,
      min = least(old.min, excluded.min), max = greatest(old.max, excluded.max),
      last = excluded.last, last_line = excluded.last_line,
      last_step = excluded.last_step, last_epoch = excluded.last_epoch`;
}
