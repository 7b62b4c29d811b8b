import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, jsonb, primaryKey, text, timestamp, unique } from 'drizzle-orm/pg-core';
import { retort } from './retort.ts';
import { runs } from './runs.ts';

/**
 * What a run read or made: an artifact folder, or what stages read beside these, a source file or a file of the hub. The
 * same bytes at the same place are one artifact, whichever run made them.
 */
export const artifacts = retort.table(
  'artifacts',
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    /** The stage that makes it (`prepare`, `distill`, ...), or `source`. */
    kind: text().notNull(),
    /** Of a folder: that of its `checksums.txt`. */
    sha256: text().notNull(),
    /** Relative to the workspace, or `hub:<model>@<commit>/<file>`. */
    folder: text().notNull(),
    /** Bytes of all its files. Null for what was only read and is not here. */
    size: bigint({ mode: 'number' }),
    /** Of a folder: the files that the manifest lists -> sha256. */
    files: jsonb().$type<Record<string, string>>(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    unique('artifacts_content').on(table.folder, table.sha256),
    check('artifacts_sha256', sql`${table.sha256} ~ '^[0-9a-f]{64}$'`),
    index('artifacts_by_sha256').on(table.sha256),
  ],
);

/** Lineage: an output of a run was made from the run's inputs. */
export const runArtifacts = retort.table(
  'run_artifacts',
  {
    runId: integer('run_id')
      .notNull()
      .references(() => runs.id, { onDelete: 'cascade' }),
    artifactId: integer('artifact_id')
      .notNull()
      .references(() => artifacts.id),
    role: text({ enum: ['input', 'output'] }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.runId, table.role, table.artifactId] }),
    check('run_artifacts_role', sql`${table.role} in ('input', 'output')`),
    index('run_artifacts_by_artifact').on(table.artifactId, table.role, table.runId),
  ],
);
