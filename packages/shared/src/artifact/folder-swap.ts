import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isAlive } from '../processes.ts';

/** Temporary folders that this process is filling. */
const filling = new Set<string>();

/** Makes a temporary folder beside `target`. What dead processes left there is cleared away. */
export function makeTemporaryFolder(target: string): string {
  clearLeftovers(target);
  const folder = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  if (filling.has(folder)) throw new Error(`${target} is being written already`);
  mkdirSync(folder);
  filling.add(folder);
  return folder;
}

/** Puts a finished temporary folder in its target's place. */
export function swapIn(folder: string, target: string): void {
  const old = `${folder}.old`;
  const replaces = existsSync(target);
  // Both steps without a pause between them: a signal is handled before or after, never while the target is missing.
  if (replaces) renameSync(target, old);
  try {
    renameSync(folder, target);
  } catch (error) {
    if (replaces) renameSync(old, target);
    throw error;
  }
  rmSync(old, { recursive: true, force: true });
}

/** Removes a temporary folder, if it is still there. */
export function dropTemporaryFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 }); // A write that is under way may add a file meanwhile.
  filling.delete(folder);
}

/** Removes the temporary folders of processes that were killed; an artifact that one had put aside comes back. */
function clearLeftovers(target: string): void {
  for (const name of readdirSync(dirname(target))) {
    const match = /^\.(.+)\.(\d+)\.tmp(\.old)?$/.exec(name);
    if (match === null || match[1] !== basename(target)) continue;
    const folder = join(dirname(target), name);
    const owner = Number(match[2]);
    // In a container the next process easily has the number of the killed one.
    const abandoned = owner === process.pid ? !filling.has(folder.replace(/\.old$/, '')) : !isAlive(owner);
    if (!abandoned) continue;
    if (match[3] !== undefined && !existsSync(target)) renameSync(folder, target);
    else rmSync(folder, { recursive: true, force: true });
  }
}
