import { existsSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { type Experiment, sourcePath } from '../experiment/load.ts';
import type { SourceConfig } from '../experiment/schema.ts';
import { type CsvFile, readCsv } from './csv.ts';

/** A CSV file that an experiment names. */
export interface SourceFile {
  readonly csv: CsvFile;
  /** Its path from the workspace, with "/" between folders. */
  readonly file: string;
  readonly sha256: string;
}

/** Reads the file of a source. A missing one is a UserError, which says how paths are meant. */
export function readSourceFile(
  experiment: Pick<Experiment, 'folder' | 'workspace'>,
  source: Pick<SourceConfig, 'path' | 'delimiter'>,
): SourceFile {
  const path = sourcePath(experiment, source);
  const file = relative(experiment.workspace, path).split(sep).join('/');
  const whereMissing = missingRemedy(experiment.workspace, source.path);
  const { sha256, ...csv } = readCsv(path, file, { delimiter: source.delimiter, whereMissing });
  return { csv, file, sha256 };
}

/** What to do about a path of experiment.json that leads to no file. */
function missingRemedy(workspace: string, path: string): string {
  const rule =
    'a path that begins with "/" is taken from the root of the workspace, any other from the folder of experiment.json';
  if (path.startsWith('/')) {
    return existsSync(path)
      ? `${rule}; "${path}" lies outside of it: copy the file into the workspace, such as into data/raw, and write "/data/raw/${basename(path)}"`
      : `put the file there, or correct "path" in experiment.json; ${rule}`;
  }
  return existsSync(join(workspace, path))
    ? `did you mean "/${path.replace(/^\.\//, '')}"? In experiment.json ${rule}`
    : `put the file there, or correct "path" in experiment.json; ${rule}`;
}
