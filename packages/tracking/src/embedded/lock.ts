import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { isAlive } from '@retort/shared';

/**
 * Runs `task` while no other process that asks for the same lock file does. A killed owner's lock is taken over. It orders
 * starts and stops, nothing more: should two processes ever hold it, Postgres itself lets one server into a data folder.
 */
export async function withLock<T>(path: string, task: () => Promise<T>, patience = 60_000): Promise<T> {
  const mine = `${path}.${process.pid}`;
  const deadline = Date.now() + patience;
  writeFileSync(mine, String(process.pid));
  try {
    while (!tryLink(mine, path)) {
      const owner = readOwner(path);
      // Our own number belongs to a killed process of an earlier life of this container, or to a task of ours that runs.
      if (owner !== undefined && (!isAlive(owner) || Date.now() > deadline)) rmSync(path, { force: true });
      else await pause(20);
    }
  } finally {
    rmSync(mine, { force: true });
  }
  try {
    return await task();
  } finally {
    if (readOwner(path) === process.pid) rmSync(path, { force: true });
  }
}

/** A link appears with its content, or not at all: a lock never lacks its owner's name. */
function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function readOwner(path: string): number | undefined {
  try {
    return Number(readFileSync(path, 'utf8'));
  } catch {
    return undefined; // It was given back meanwhile.
  }
}
