import type { Sql } from '../database/open.ts';
import type { RunStatus } from '../schema/index.ts';
import type { Fragment } from './fragment.ts';

/** What a list shows of a run. Times are ISO 8601, UTC. */
export interface RunSummary {
  /** The run's name in this and every other database. */
  readonly run: string;
  readonly experiment: string;
  /** What its artifacts lie under: the experiment, with `@seed` for a further seed. */
  readonly project: string;
  readonly stage: string;
  readonly status: RunStatus;
  readonly seed: number | null;
  readonly startedAt: string;
  /** Null while it runs. */
  readonly endedAt: string | null;
  /** From its start to its end, or to now. */
  readonly seconds: number;
  /** Why it ended, if it did not succeed. */
  readonly exitReason: string | null;
  readonly gitCommit: string | null;
  readonly gitDirty: boolean | null;
  readonly host: string | null;
  readonly folder: string | null;
  readonly figures: Readonly<Record<string, number>>;
  /** Points of its curves that are in the database. */
  readonly points: number;
  readonly notes: string;
  readonly tags: readonly string[];
  readonly archived: boolean;
}

/** The columns of a RunSummary, out of the run `r` and the experiment `e`. */
export function summarySql(sql: Sql): Fragment {
  return sql`
    r.key::text as run, e.name as experiment, r.project, r.stage, r.status, r.seed,
    ${isoSql(sql, sql`r.started_at`)} as "startedAt", ${isoSql(sql, sql`r.ended_at`)} as "endedAt",
    extract(epoch from coalesce(r.ended_at, now()) - r.started_at)::float8 as seconds,
    r.exit_reason as "exitReason", r.git_commit as "gitCommit", r.git_dirty as "gitDirty", r.host, r.folder,
    r.figures, r.lines as points, r.notes, r.tags, (r.archived_at is not null) as archived`;
}

/** A time as ISO 8601 in UTC, to the millisecond. */
export function isoSql(sql: Sql, time: Fragment): Fragment {
  return sql`to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
