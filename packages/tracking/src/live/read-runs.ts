import type { Sql } from '../database/open.ts';
import { type RunSummary, summarySql } from '../queries/run-summary.ts';
import { wrongCursor } from './points-cursor.ts';

/** Microseconds since 1970, by the database's clock. */
type Micros = number;

/** How far a reader of all runs is: the newest change that it was told, and what it was told of the minutes before. */
export interface RunsState {
  readonly since: Micros;
  readonly told: ReadonlyMap<string, Micros>;
}

/**
 * A row tells when the transaction that changed it began. One that began earlier may commit later: so everything that
 * changed within this time before the newest change is looked at again, and what was told of it is left out.
 */
const overlap: Micros = 10 * 60 * 1e6;

export function encodeRunsCursor({ since, told }: RunsState): string {
  return [String(since), ...[...told].map(([run, at]) => `${run}.${at}`)].join('~');
}

export function decodeRunsCursor(text: string): RunsState {
  const [since, ...entries] = text.split('~');
  if (!/^\d{1,16}$/.test(since)) throw wrongCursor();
  const told = new Map<string, Micros>();
  for (const entry of entries) {
    const match = /^([0-9a-f-]{36})\.(\d{1,16})$/.exec(entry);
    if (match === null) throw wrongCursor();
    told.set(match[1], Number(match[2]));
  }
  return { since: Number(since), told };
}

type Row = RunSummary & { readonly changedAt: Micros };

/** The state of a reader who knows all runs as they are now. */
export async function runsNow(sql: Sql): Promise<RunsState> {
  const [{ now }] = await sql<{ now: Micros }[]>`select floor(extract(epoch from now()) * 1e6)::float8 as now`;
  const rows = await changedSql(sql, now - overlap);
  return { since: now, told: new Map(rows.map(({ run, changedAt }) => [run, changedAt])) };
}

/** Runs that are new or have changed in any way, in the order of the changes. Of several changes of a run the last one is told. */
export async function readRuns(sql: Sql, state: RunsState) {
  const rows = await changedSql(sql, state.since - overlap);
  const news: { readonly summary: RunSummary; readonly state: RunsState }[] = [];
  let { since, told } = state;
  for (const { changedAt, ...summary } of rows) {
    if (told.get(summary.run) === changedAt) continue;
    since = Math.max(since, changedAt);
    told = new Map([...told, [summary.run, changedAt]]);
    told = new Map([...told].filter(([, at]) => at >= since - overlap));
    news.push({ summary, state: { since, told } });
  }
  return news;
}

function changedSql(sql: Sql, from: Micros) {
  return sql<Row[]>`
    select ${summarySql(sql)}, floor(extract(epoch from r.updated_at) * 1e6)::float8 as "changedAt"
    from retort.runs r join retort.experiments e on e.id = r.experiment_id
    where r.updated_at >= to_timestamp(${from / 1e6}::float8) order by r.updated_at, r.id`;
}
