import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { isAlive } from '@retort/shared/recording';

/** The locks that this process holds. */
const held = new Set<string>();

/**
 * Runs `task` while no other process that asks for the same lock file does. A killed owner's lock is taken over. It orders
 * starts and stops, nothing more: should two processes ever hold it, Postgres itself lets one server into a data folder.
 */
export async function withLock<T>(path: string, task: () => Promise<T>, patience = 60_000): Promise<T> {
  const mine = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  const deadline = Date.now() + patience;
  writeFileSync(mine, String(process.pid));
  try {
    while (!tryLink(mine, path)) {
      const owner = readOwner(path);
      // In a new life of a container our own number may be that of a killed process.
      const abandoned = owner === process.pid ? !held.has(path) : owner !== undefined && !isAlive(owner);
      if (abandoned || Date.now() > deadline) rmSync(path, { force: true });
      else await pause(20);
    }
    held.add(path);
  } finally {
    rmSync(mine, { force: true });
  }
  try {
    return await task();
  } finally {
    held.delete(path);
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
