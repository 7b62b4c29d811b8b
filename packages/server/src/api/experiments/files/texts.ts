import { existsSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { artifactInputs, findColumn, normaliseText, readManifest, readRows } from '@retort/shared';
import { z } from 'zod';
import { readCsvRows } from './csv-rows.ts';

/** Of an evaluation some texts by their ids, or why there are none. */
export type TextsOf = (
  set: { readonly name: string; readonly file: string },
  ids: readonly number[],
) => Promise<{ readonly found: ReadonlyMap<number, string>; readonly withheld: string | null }>;

const none = (withheld: string) => ({ found: new Map<number, string>(), withheld });

export const withheldTexts: TextsOf = async () =>
  none('this server does not show texts of the data; who may see them starts it with --texts always');

/** The texts that a report was made on, as long as they are what it read: of the test split, and of the files of `evaluations`. */
export function reportTexts(workspace: string, folder: string): TextsOf {
  return async (set, ids) =>
    set.name === 'test' ? splitTexts(workspace, folder) : evaluationTexts(workspace, folder, set, ids);
}

async function splitTexts(workspace: string, folder: string) {
  const { inputs } = readManifest(folder);
  const [made] = Object.keys(inputs).filter((input) => /^artifacts\/[^/]+\/prepare\/checksums\.txt$/.test(input));
  const prepared = made === undefined ? undefined : join(workspace, made, '..');
  if (prepared === undefined || !['manifest.json', 'test.parquet'].every((file) => existsSync(join(prepared, file))))
    return none('the prepared texts are gone');
  const [sum] = Object.values(artifactInputs([{ manifest: readManifest(prepared) }]));
  if (sum !== inputs[made]) return none('the data was prepared anew since this report: its texts are others');
  const rows = await readRows(join(prepared, 'test.parquet'), z.object({ id: z.int(), text: z.string() }));
  return { found: new Map(rows.map(({ id, text }) => [id, text])), withheld: null };
}

/** What the stage's part of the configuration says of the files. */
const configSchema = z.object({
  evaluations: z.array(z.object({ name: z.string(), text: z.string(), delimiter: z.string().optional() })),
});

/** Of a CSV file, in which ids are lines. */
async function evaluationTexts(
  workspace: string,
  folder: string,
  { name, file }: { readonly name: string; readonly file: string },
  ids: readonly number[],
) {
  const { inputs, config, experiment } = readManifest(folder);
  const read = configSchema.safeParse(config).data?.evaluations.find((one) => one.name === name);
  const sha256 = inputs[file];
  if (read === undefined || sha256 === undefined)
    return none(`the report does not say what it read of ${file}; the ids are its lines`);
  try {
    const path = await findFile(workspace, file);
    if (path === undefined)
      return none(`${file} is no file within the workspace, and others are not shown; the ids are its lines`);
    const { text: column, delimiter } = read;
    const csv = await readCsvRows(path, { file, lines: new Set(ids), sha256, delimiter });
    if (csv === undefined)
      return none(`${file} has changed since this report, which has to be made anew: nx run ${experiment}:report`);
    if (csv.rows.length === 0) return { found: new Map<number, string>(), withheld: null };
    const place = findColumn(csv.header, column, file, delimiter);
    return {
      found: new Map(csv.rows.map(({ line, fields }) => [line, normaliseText(fields[place] ?? '')])),
      withheld: null,
    };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      return none(`${file} is gone, out of which they came; the ids are its lines`);
    if (code === 'EACCES' || code === 'EPERM') return none(`the server may not read ${file}; the ids are its lines`);
    throw error;
  }
}

/** Where a file of the workspace lies; undefined for what is no file, or leads out of the workspace, by a link or by its name. */
async function findFile(workspace: string, file: string): Promise<string | undefined> {
  const [root, path] = await Promise.all([realpath(workspace), realpath(join(workspace, file))]);
  return path.startsWith(root + sep) && (await stat(path)).isFile() ? path : undefined;
}
