import { existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { listRecords, recordFolder, UserError, writeRecord } from '@retort/shared/recording';
import { isUnfit } from '../database/errors.ts';
import type { Sql } from '../database/open.ts';
import { placeOf, recordRun } from './record-run.ts';
import { findSources, type RunSource } from './sources.ts';

export interface SyncResult {
  /** Runs in the folders, and those of them about which the database did not know everything. */
  readonly runs: number;
  readonly changed: number;
  /** Points that came in. */
  readonly points: number;
  /** Lines that are no points, by folder. */
  readonly damaged: Readonly<Record<string, number>>;
}

export interface SyncOptions {
  /** Ends it before the next run; the error is the signal's reason. What is recorded stays, and the next sync does the rest. */
  readonly signal?: AbortSignal;
}

/**
 * Makes the database equal to the folders: of runs that ended while it was down, that were made on another machine, or that Nx
 * restored. A run whose folder is gone stays, as history, without a folder. A UserError names a run that the database cannot take; all others are there then.
 */
export async function sync(sql: Sql, workspace: string, { signal }: SyncOptions = {}): Promise<SyncResult> {
  const sources = findSources(workspace);
  const known = new Map<string, Known>();
  for (const row of await sql<Known[]>`select id, key, status, folder, bytes from retort.runs`) known.set(row.key, row);
  let changed = 0;
  let points = 0;
  const damaged: Record<string, number> = {};
  const refused = new Map<RunSource, Error>();
  for (const source of sources) {
    signal?.throwIfAborted();
    if (isKnown(workspace, source, known.get(source.key))) continue;
    const result = await recordRun(sql, workspace, source).catch((error: unknown) => {
      if (!isUnfit(error)) throw error;
      refused.set(source, error);
    });
    if (result === undefined) continue;
    changed++;
    points += result.lines - result.damaged;
    if (result.damaged > 0) damaged[source.folder] = result.damaged;
    settle(workspace, source);
  }
  dropTold(
    workspace,
    sources.filter((source) => !refused.has(source)),
  );
  const keys = sources.map(({ key }) => key);
  await sql`update retort.runs set folder = null, updated_at = now(),
      status = case when status = 'running' then 'killed' else status end,
      ended_at = case when status = 'running' then now() else ended_at end,
      exit_reason = case when status = 'running' then 'its record is gone' else exit_reason end
    where folder is not null and not (key = any(${keys}::uuid[])) and workspace = ${placeOf(workspace)}
      and started_at < now() - interval '10 seconds'`;
  for (const [{ folder }, error] of refused) {
    throw new UserError(`the database cannot take this run: ${error.message}`, {
      place: { file: folder },
      remedy: 'run its stage again, or move the folder away; all other runs are there',
      cause: error,
    });
  }
  return { runs: sources.length, changed, points, damaged };
}

interface Known {
  readonly id: number;
  readonly key: string;
  readonly status: string;
  readonly folder: string | null;
  readonly bytes: number;
}

function isKnown(workspace: string, { status, folder }: RunSource, row: Known | undefined): boolean {
  if (row === undefined || status === 'running' || row.status !== status || row.folder !== folder) return false;
  const points = join(workspace, folder, 'metrics.jsonl');
  return !existsSync(points) || statSync(points).size <= row.bytes;
}

/** A run that was killed is told so from now on, though its process' number may come again. */
function settle(workspace: string, { key, status, told, endedAt, exitReason }: RunSource): void {
  if (status !== 'killed' || !('format' in told) || !('pid' in told) || told.status !== 'running') return;
  writeRecord(recordFolder(workspace, key), {
    ...told,
    status,
    ...(endedAt === null ? {} : { endedAt }),
    ...(exitReason === null ? {} : { exitReason }),
  });
}

/** Records of runs that made an artifact, and of which the database knows everything now. */
function dropTold(workspace: string, sources: readonly RunSource[]): void {
  const made = new Set(sources.filter(({ manifest }) => manifest !== undefined).map(({ key }) => key));
  for (const id of listRecords(workspace)) {
    if (made.has(id)) rmSync(recordFolder(workspace, id), { recursive: true, force: true });
  }
}
