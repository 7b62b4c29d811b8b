import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from '@retort/shared/recording';

/** The processes that use a server, a file each: the last one stops it. Read and changed under the start lock. */
export function addClient(folder: string): string {
  const clients = join(folder, 'clients');
  mkdirSync(clients, { recursive: true });
  const file = join(clients, `${process.pid}.${Math.random().toString(36).slice(2)}`);
  writeFileSync(file, '');
  return file;
}

/** Whether any process still uses the server. The files of killed ones are cleared away. */
export function hasClients(folder: string): boolean {
  const clients = join(folder, 'clients');
  let alive = false;
  for (const name of readNames(clients)) {
    if (isAlive(Number.parseInt(name, 10))) alive = true;
    else rmSync(join(clients, name), { force: true });
  }
  return alive;
}

function readNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
