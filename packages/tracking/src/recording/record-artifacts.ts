import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { formatChecksums, type Manifest, sha256 } from '@retort/shared/recording';
import type postgres from 'postgres';
import type { RunSource } from './sources.ts';

type Transaction = postgres.TransactionSql<{ bigint: number }>;

interface ArtifactRow {
  readonly kind: string;
  readonly folder: string;
  readonly sha256: string;
  readonly size: number | null;
  readonly files: Record<string, string> | null;
}

/** The artifact that a run made, those that it read, and that one comes of the others. */
export async function recordArtifacts(
  tx: Transaction,
  runId: number,
  workspace: string,
  source: RunSource & { readonly manifest: Manifest },
): Promise<void> {
  const { folder, stage, manifest } = source;
  const made: ArtifactRow = {
    ...{ kind: stage, folder, files: manifest.outputs },
    sha256: sha256(formatChecksums(manifest.outputs)),
    size: Object.keys(manifest.outputs).reduce((sum, file) => sum + (fileSize(join(workspace, folder, file)) ?? 0), 0),
  };
  await link(tx, runId, made, 'output');
  for (const [input, digest] of Object.entries(manifest.inputs)) {
    const read = /^(artifacts\/.+\/([^/]+))\/checksums\.txt$/.exec(input);
    const size = read === null && !input.startsWith('hub:') ? fileSize(join(workspace, input)) : null;
    const row = { kind: read?.[2] ?? 'source', folder: read?.[1] ?? input, sha256: digest, size, files: null };
    await link(tx, runId, row, 'input');
  }
}

async function link(tx: Transaction, runId: number, row: ArtifactRow, role: 'input' | 'output'): Promise<void> {
  const files = row.files === null ? null : tx.json(row.files);
  const [{ id }] = await tx`
    insert into retort.artifacts as old (kind, sha256, folder, size, files)
    values (${row.kind}, ${row.sha256}, ${row.folder}, ${row.size}, ${files})
    on conflict (folder, sha256) do update
      set size = coalesce(excluded.size, old.size), files = coalesce(excluded.files, old.files)
    returning id`;
  await tx`insert into retort.run_artifacts (run_id, artifact_id, role) values (${runId}, ${id}, ${role}) on conflict do nothing`;
}

function fileSize(path: string): number | null {
  return existsSync(path) ? statSync(path).size : null;
}
