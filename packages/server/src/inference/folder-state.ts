import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A text that changes whenever a file of a model folder does, by names, sizes and times; undefined while there is no such folder. */
export async function folderState(folder: string): Promise<string | undefined> {
  try {
    const names = await readdir(folder, { recursive: true });
    const lines = await Promise.all(
      names.sort().map(async (name) => {
        const { ino, size, mtimeMs } = await stat(join(folder, name));
        return `${name} ${ino} ${size} ${mtimeMs}`;
      }),
    );
    return lines.join('\n');
  } catch {
    return undefined; // It is being replaced.
  }
}
