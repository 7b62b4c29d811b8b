import { randomBytes } from 'node:crypto';
import { readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isAlive } from '@retort/shared';

/** Names of the parts that this process writes to. */
const ours = new Set<string>();
/** How long a part of another machine has to lie still until it counts as given up. */
const silenceMs = 600_000;

/** A file that is being downloaded, under a name that no other process or download uses. */
export interface PartialFile {
  readonly path: string;
  /** Makes it the finished file. */
  finish(target: string): Promise<void>;
  /** Leaves it for whoever goes on. */
  release(): Promise<void>;
  discard(): Promise<void>;
}

/**
 * Begins a part of the file `name`, or takes over one that was given up or whose process is gone: the renaming lets one
 * have it, whoever else may try. A part is called `name.<host>-<process>-<random>.part`, or `name.part` when given up.
 */
export async function openPartial(folder: string, name: string): Promise<PartialFile> {
  const own = `${name}.${machine}-${process.pid}-${randomBytes(4).toString('hex')}.part`;
  const path = join(folder, own);
  ours.add(own);
  for (const entry of await readdir(folder)) {
    if (!entry.startsWith(`${name}.`) || !entry.endsWith('.part') || !(await isAbandoned(folder, entry, name)))
      continue;
    if (await tryRename(join(folder, entry), path)) break;
  }
  await writeFile(path, '', { flag: 'a' });
  return {
    path,
    async finish(target) {
      await rename(path, target);
      ours.delete(own);
    },
    async release() {
      await rename(path, join(folder, `${name}.part`));
      ours.delete(own);
    },
    async discard() {
      await rm(path, { force: true });
      ours.delete(own);
    },
  };
}

const machine = hostname().replaceAll(/[^\w]/g, '_');

async function isAbandoned(folder: string, entry: string, name: string): Promise<boolean> {
  if (entry === `${name}.part`) return true;
  const match = /^(\w+)-(\d+)-[0-9a-f]+\.part$/.exec(entry.slice(name.length + 1));
  if (match === null) return false;
  if (match[1] === machine) return Number(match[2]) === process.pid ? !ours.has(entry) : !isAlive(Number(match[2]));
  const { mtimeMs } = await stat(join(folder, entry)).catch(() => ({ mtimeMs: Date.now() }));
  return Date.now() - mtimeMs > silenceMs;
}

async function tryRename(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
