import type { Sql } from '../database/open.ts';
import { type RunSummary, summarySql } from '../queries/run-summary.ts';
import { wrongCursor } from './points-cursor.ts';

/** Microseconds since 1970, by the database's clock. */
type Micros = number;

/** How far a reader of all runs is: the newest change that it was told, and what it was told of the minute before. */
export interface RunsState {
  since: Micros;
  /** Run -> its change that was told last, the latest told at the end. */
  readonly told: Map<string, Micros>;
}

/**
 * A row tells when the transaction that changed it began. One that began earlier may commit later: so everything that
 * changed within this time before the newest change is looked at again, and what was told of it is left out.
 */
const overlap: Micros = 60 * 1e6;

/** A cursor has to fit into a header. After a burst of more changes, the run whose change is left out may be told again. */
const entriesAtMost = 200;

export function encodeRunsCursor({ since, told }: RunsState): string {
  return [String(since), ...[...told].slice(-entriesAtMost).map(([run, at]) => `${run}.${at}`)].join('~');
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

export type ChangedRun = RunSummary & { readonly changedAt: Micros };

/** The state of a reader who knows all runs as they are now. */
export async function runsNow(sql: Sql): Promise<RunsState> {
  const [{ now }] = await sql<{ now: Micros }[]>`select floor(extract(epoch from now()) * 1e6)::float8 as now`;
  const rows = await changedSql(sql, now - overlap);
  return { since: now, told: new Map(rows.map(({ run, changedAt }) => [run, changedAt])) };
}

/** Where the present is: for who reads the runs themselves after it, and is then told what changes. */
export async function runsCursor(sql: Sql): Promise<string> {
  return encodeRunsCursor(await runsNow(sql));
}

/** Runs that are new or have changed in any way, in the order of the changes. Of several changes of a run the last one is told. */
export async function readRuns(sql: Sql, { since, told }: RunsState): Promise<readonly ChangedRun[]> {
  const rows = await changedSql(sql, since - overlap);
  return rows.filter(({ run, changedAt }) => told.get(run) !== changedAt);
}

/** Remembers that a change was told, and forgets what will not be looked at again. */
export function remember(state: RunsState, { run, changedAt }: ChangedRun): void {
  state.since = Math.max(state.since, changedAt);
  state.told.delete(run);
  state.told.set(run, changedAt);
  for (const [oldest, at] of state.told) {
    if (at >= state.since - overlap) break;
    state.told.delete(oldest);
  }
}

function changedSql(sql: Sql, from: Micros) {
  return sql<ChangedRun[]>`
    select ${summarySql(sql)}, floor(extract(epoch from r.updated_at) * 1e6)::float8 as "changedAt"
    from retort.runs r join retort.experiments e on e.id = r.experiment_id
    where r.updated_at >= to_timestamp(${from / 1e6}::float8) order by r.updated_at, r.id`;
}
