import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import { z } from 'zod';
import { UserError } from '../errors.ts';

export const splitNames = ['train', 'validation', 'test'] as const;
export type SplitName = (typeof splitNames)[number];

/** One split of a prepared dataset, column by column; all columns have one entry for each text. */
export interface Split {
  readonly name: SplitName;
  /** In the order of the logits. */
  readonly labelNames: string[];
  readonly ids: Int32Array;
  readonly texts: string[];
  /** Positions in `labelNames`. */
  readonly labels: Int32Array;
  readonly groups: string[];
  readonly sources: string[];
}

const row = z.object({
  id: z.int32(),
  text: z.string(),
  label: z.string(),
  group: z.string(),
  source: z.string(),
});
const columns = Object.keys(row.shape);

/** Reads a split and the label names out of the folder of a prepare artifact. */
export async function readSplit(folder: string, name: SplitName): Promise<Split> {
  const labelNames = readLabelNames(join(folder, 'labels.json'));
  const path = join(folder, `${name}.parquet`);
  const rows = await readRows(path);
  const indexOf = new Map(labelNames.map((label, i) => [label, i]));
  return {
    name,
    labelNames,
    ids: Int32Array.from(rows, ({ id }) => id),
    texts: rows.map(({ text }) => text),
    labels: Int32Array.from(rows, ({ label }, i) => {
      const index = indexOf.get(label);
      if (index === undefined)
        throw damaged(path, `row ${i} has the label "${label}", which labels.json does not name`);
      return index;
    }),
    groups: rows.map(({ group }) => group),
    sources: rows.map(({ source }) => source),
  };
}

function readLabelNames(path: string): string[] {
  if (!existsSync(path)) throw damaged(path, 'the file is missing');
  try {
    return z
      .array(z.string())
      .min(2)
      .parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw damaged(path, 'the file is no JSON list of at least two label names', cause);
  }
}

async function readRows(path: string): Promise<z.output<typeof row>[]> {
  if (!existsSync(path)) throw damaged(path, 'the file is missing');
  let rows: Record<string, unknown>[];
  try {
    const file = await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(file);
    const present = parquetSchema(metadata).children.map(({ element }) => element.name);
    const missing = columns.find((column) => !present.includes(column));
    if (missing !== undefined) throw new Error(`it has no column "${missing}"`);
    rows = await parquetReadObjects({ file, metadata, columns });
  } catch (cause) {
    throw damaged(path, `the Parquet file cannot be read: ${(cause as Error).message}`, cause);
  }
  const result = z.array(row).safeParse(rows);
  if (!result.success) {
    const { path: place, message } = result.error.issues[0];
    throw damaged(path, `row ${String(place[0])}, column "${String(place[1])}": ${message}`, result.error);
  }
  return result.data;
}

function damaged(path: string, what: string, cause?: unknown): UserError {
  return new UserError(what, {
    place: { file: relative(process.cwd(), path) },
    remedy: 'delete the artifact folder and run its prepare stage again',
    cause,
  });
}
