import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readRows } from './parquet.ts';

/** The texts of a prepared dataset that have no label, column by column. */
export interface UnlabelledTexts {
  /** No text of a split has one of these. */
  readonly ids: Int32Array;
  readonly texts: string[];
  readonly sources: string[];
}

const row = z.object({ id: z.int32(), text: z.string(), source: z.string() });

/**
 * Reads the unlabelled texts out of the folder of a prepare artifact, which must be one that `openArtifact` has verified:
 * a dataset without the file has no such texts.
 */
export async function readUnlabelled(folder: string): Promise<UnlabelledTexts> {
  const path = join(folder, 'unlabelled.parquet');
  const rows = existsSync(path) ? await readRows(path, row) : [];
  return {
    ids: Int32Array.from(rows, ({ id }) => id),
    texts: rows.map(({ text }) => text),
    sources: rows.map(({ source }) => source),
  };
}
