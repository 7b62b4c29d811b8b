import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { UserError } from '../errors.ts';

/** The nearest folder above `from` that holds `nx.json`. */
export function findWorkspace(from: string = process.cwd()): string {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'nx.json'))) return folder;
    if (folder === dirname(folder)) {
      throw new UserError(`no Retort workspace at or above ${from}`, {
        remedy: 'run the command inside a folder that holds nx.json',
      });
    }
  }
}
