import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import { z } from 'zod';
import { UserError } from '../errors.ts';

/** The rows of a Parquet file of a prepare artifact, with the columns of `row`. */
export async function readRows<Shape extends z.ZodRawShape>(
  path: string,
  row: z.ZodObject<Shape>,
): Promise<z.output<z.ZodObject<Shape>>[]> {
  if (!existsSync(path)) throw damaged(path, 'the file is missing');
  const columns = Object.keys(row.shape);
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

/** What to say of a file of the dataset that is not as the prepare stage wrote it. */
export function damaged(path: string, what: string, cause?: unknown): UserError {
  return new UserError(what, {
    place: { file: relative(process.cwd(), path) },
    remedy: 'delete the artifact folder and run its prepare stage again',
    cause,
  });
}
