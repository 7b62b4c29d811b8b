import type { Sql } from '../database/open.ts';
import type { LineageArtifact } from './lineage.ts';
import { isRunKey, noRun } from './run-keys.ts';

/** What a run read or made. */
export interface RunArtifact extends LineageArtifact {
  readonly role: 'input' | 'output';
  /** Of a folder: its files -> sha256. Null for a single file, and for a folder of which only its checksum is known. */
  readonly files: Readonly<Record<string, string>> | null;
}

/** What a run made, then what it read. A UserError if there is no such run. */
export async function artifactsOfRun(sql: Sql, run: string): Promise<RunArtifact[]> {
  if (!isRunKey(run)) throw noRun(run);
  const [found] = await sql<{ id: number }[]>`select id from retort.runs where key = ${run}`;
  if (found === undefined) throw noRun(run);
  return sql<RunArtifact[]>`
    select a.id, a.kind, a.sha256, a.folder, a.size::float8 as size, x.role, a.files
    from retort.run_artifacts x join retort.artifacts a on a.id = x.artifact_id where x.run_id = ${found.id}
    order by x.role desc, a.kind, a.folder`;
}
