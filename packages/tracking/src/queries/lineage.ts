import type { Sql } from '../database/open.ts';
import { isRunKey, NotFound, noRun } from './run-keys.ts';
import { type RunSummary, summarySql } from './run-summary.ts';

/** Where to begin: a run, or an artifact by its id. */
export type LineageStart = { readonly run: string } | { readonly artifact: number };

export interface LineageArtifact {
  readonly id: number;
  /** The stage that makes it, or `source`. */
  readonly kind: string;
  readonly sha256: string;
  readonly folder: string;
  /** Bytes. */
  readonly size: number | null;
}

/** `input`: the run read the artifact. `output`: it made it. */
export interface LineageEdge {
  readonly run: string;
  readonly artifact: number;
  readonly role: 'input' | 'output';
}

export interface Lineage {
  readonly runs: readonly RunSummary[];
  readonly artifacts: readonly LineageArtifact[];
  readonly edges: readonly LineageEdge[];
}

/**
 * All that something was made from (`up`), or all that was made from it (`down`), it included. Runs that wrote the same bytes
 * to the same folder are all named. Circles, which damaged records may hold, end the walk.
 */
export async function lineage(sql: Sql, start: LineageStart, direction: 'up' | 'down'): Promise<Lineage> {
  if ('run' in start && !isRunKey(start.run)) throw noRun(start.run);
  const [fromRun, fromArtifact] = direction === 'up' ? ['input', 'output'] : ['output', 'input'];
  const begin =
    'run' in start
      ? sql`select 'run', id from retort.runs where key = ${start.run}`
      : sql`select 'artifact', id from retort.artifacts where id = ${start.artifact}`;
  const walk = sql`
    with recursive walk(kind, id) as (
      (${begin})
      union
      select step.* from walk w cross join lateral (
        select 'artifact', a.artifact_id from retort.run_artifacts a
        where w.kind = 'run' and a.run_id = w.id and a.role = ${fromRun}
        union all
        select 'run', a.run_id from retort.run_artifacts a
        where w.kind = 'artifact' and a.artifact_id = w.id and a.role = ${fromArtifact}
      ) step
    )`;
  // Three statements see three states at worst; what came in between is missing in one of them, never wrong.
  const [runs, artifacts, edges] = await Promise.all([
    sql<RunSummary[]>`${walk} select ${summarySql(sql)} from walk w
      join retort.runs r on w.kind = 'run' and r.id = w.id join retort.experiments e on e.id = r.experiment_id
      order by r.started_at, r.id`,
    sql<LineageArtifact[]>`${walk} select a.id, a.kind, a.sha256, a.folder, a.size::float8 as size from walk w
      join retort.artifacts a on w.kind = 'artifact' and a.id = w.id order by a.id`,
    sql<LineageEdge[]>`${walk} select r.key::text as run, x.artifact_id as artifact, x.role from retort.run_artifacts x
      join walk w on w.kind = 'run' and w.id = x.run_id join walk v on v.kind = 'artifact' and v.id = x.artifact_id
      join retort.runs r on r.id = x.run_id order by r.started_at, r.id, x.role, x.artifact_id`,
  ]);
  if (runs.length + artifacts.length === 0) throw 'run' in start ? noRun(start.run) : noArtifact(start.artifact);
  return { runs, artifacts, edges };
}

function noArtifact(id: number): NotFound {
  return new NotFound(`there is no artifact ${id}`, {
    place: { field: 'artifact' },
    remedy: 'take the id from the lineage of a run',
  });
}
