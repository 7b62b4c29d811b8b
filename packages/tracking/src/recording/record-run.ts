import { hostname } from 'node:os';
import { join } from 'node:path';
import { parseExperimentName } from '@retort/shared/recording';
import type postgres from 'postgres';
import type { Sql } from '../database/open.ts';
import { ingestPoints } from './ingest-points.ts';
import { recordArtifacts } from './record-artifacts.ts';
import { recordEvaluations } from './record-evaluations.ts';
import type { RunSource } from './sources.ts';

/**
 * Makes the database tell of a run what its folder tells: its row, its points, and for an artifact its lineage and what a
 * report measured. As often as one likes; notes, tags and what was archived stay. Returns the points that came in, and lines that are none.
 */
export async function recordRun(sql: Sql, workspace: string, source: RunSource) {
  const id = await recordRow(sql, workspace, source);
  const finished = source.status !== 'running';
  const points = await ingestPoints(sql, id, join(workspace, source.folder, 'metrics.jsonl'), { finished });
  if (source.manifest !== undefined) {
    const { manifest } = source;
    await sql.begin(async (tx) => {
      await recordArtifacts(tx, id, workspace, { ...source, manifest });
      await recordEvaluations(tx, id, join(workspace, source.folder), source.stage);
    });
  }
  return { id, ...points };
}

/** A run that has ended does not begin again, whatever an old copy of its record says. */
async function recordRow(sql: Sql, workspace: string, source: RunSource): Promise<number> {
  const { key, project, stage, status, folder, told, endedAt, exitReason, manifest } = source;
  const name = parseExperimentName(project)?.base ?? project;
  const json = (value: unknown) => (value === undefined ? null : sql.json(value as postgres.JSONValue));
  await sql`insert into retort.experiments (name) select ${name}
    where not exists (select from retort.experiments where name = ${name}) on conflict do nothing`;
  const [{ id, changed }] = await sql`
    insert into retort.runs as old (key, experiment_id, project, stage, status, seed, config, git_commit, git_dirty, host,
      machine, engine, versions, started_at, ended_at, exit_reason, figures, folder, workspace)
    values (${key}, (select id from retort.experiments where name = ${name}), ${project}, ${stage}, ${status}, ${told.seed},
      ${json(told.config)}, ${told.git?.commit ?? null}, ${told.git?.dirty ?? null}, ${told.host ?? null},
      ${json(told.machine)}, ${json(manifest?.engine)}, ${json(manifest?.versions)}, ${told.startedAt}, ${endedAt},
      ${exitReason}, ${json(manifest?.metrics ?? {})}, ${folder}, ${placeOf(workspace)})
    on conflict (key) do update set
      status = excluded.status, ended_at = excluded.ended_at, exit_reason = excluded.exit_reason,
      git_commit = excluded.git_commit, git_dirty = excluded.git_dirty, engine = excluded.engine,
      versions = excluded.versions, figures = excluded.figures, folder = excluded.folder, workspace = excluded.workspace, updated_at = now()
      where old.status in ('running', 'killed') or excluded.status = 'succeeded'
    returning id, true as changed`.then((rows) =>
    rows.length > 0 ? rows : sql`select id, false as changed from retort.runs where key = ${key}`,
  );
  if (changed) await sql`select pg_notify('retort', ${JSON.stringify({ run: id, status })})`;
  return id;
}

/** What `runs.workspace` calls a workspace of this machine. */
export const placeOf = (workspace: string) => `${hostname()}:${workspace}`;
