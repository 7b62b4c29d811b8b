import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Sql } from '../database/open.ts';
import { isRunKey, NotFound, noRun } from '../queries/run-keys.ts';
import { readRun } from '../runs.ts';
import { placeOf } from './record-run.ts';
import { artifactSource } from './sources.ts';

/**
 * The absolute path of the folder with a run's files, in this workspace. A NotFound says why there is none: they lie elsewhere, are gone, or the
 * artifact has been made again since.
 */
export async function runFolder(sql: Sql, workspace: string, run: string): Promise<string> {
  if (!isRunKey(run)) throw noRun(run);
  const [found] = await sql<{ folder: string | null; workspace: string | null }[]>`
    select folder, workspace from retort.runs where key = ${run}`;
  if (found === undefined) throw noRun(run);
  if (found.folder === null) throw away(run, 'are gone: its folder was deleted, or its stage has run again since');
  if (found.workspace !== placeOf(workspace)) {
    throw away(run, `lie in another workspace than this server's (${found.workspace ?? 'unknown'})`);
  }
  if (!isOf(workspace, found.folder, run)) throw away(run, 'are gone: its stage has run again since');
  return join(workspace, found.folder);
}

/** Whether a folder holds this very run. The database may be shared: only the two places where runs lie are looked at. */
function isOf(workspace: string, folder: string, run: string): boolean {
  if (folder === `.retort/runs/${run}`) return existsSync(join(workspace, folder));
  const [, project, stage] = /^artifacts\/((?!\.)[^/\\]+)\/((?!\.)[^/\\]+)$/.exec(folder) ?? [];
  if (project === undefined || stage === undefined) return false;
  try {
    return artifactSource(readRun(workspace, project, stage)).key === run;
  } catch {
    return false;
  }
}

function away(run: string, what: string): NotFound {
  return new NotFound(`the files of the run "${run}" ${what}`, {
    place: { field: 'run' },
    remedy: 'run its stage again, or start the server in the workspace that has them',
  });
}
