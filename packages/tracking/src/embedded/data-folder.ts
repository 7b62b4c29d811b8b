import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, UserError } from '@retort/shared/recording';
import { type Account, giveTo } from './account.ts';
import type { Binaries } from './binaries.ts';
import { lastLine, runPostgres } from './command.ts';

/** Kept small: a workspace's index is no server farm, and a training wants the memory. */
const settings = `
# Retort's own settings.
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
shared_buffers = 128MB
max_wal_size = 512MB
max_connections = 200
log_checkpoints = off
log_timezone = 'UTC'
timezone = 'UTC'
`;

export const dataFolder = (folder: string) => join(folder, 'data');

/** The password of the embedded server: random, readable by its owner alone. */
export function readPassword(folder: string): string {
  return readFileSync(join(dataFolder(folder), 'retort.password'), 'utf8');
}

/**
 * Makes the data folder, if there is none: under a temporary name, renamed at the end. One of another major version is
 * refused, untouched: Postgres cannot read it.
 */
export async function makeDataFolder(
  folder: string,
  { binaries, account, extra }: { binaries: Binaries; account: Account | undefined; extra: string },
): Promise<void> {
  const data = dataFolder(folder);
  if (existsSync(data)) return checkVersion(data, binaries);
  clearLeftovers(folder);
  const temporary = join(folder, `data.${process.pid}.tmp`);
  const secret = join(folder, `password.${process.pid}.tmp`);
  const log = join(folder, 'initdb.log');
  const password = randomBytes(24).toString('base64url');
  try {
    mkdirSync(temporary, { mode: 0o700 });
    writeFileSync(secret, password, { mode: 0o600 });
    for (const path of [temporary, secret]) giveTo(path, account);
    const args = ['-D', temporary, '-U', 'retort', '-A', 'scram-sha-256', '--pwfile', secret, '-E', 'UTF8'];
    const status = await runPostgres(binaries.initdb, [...args, '--no-locale', ...noSync(extra)], {
      ...{ account, log },
      cwd: folder,
    });
    if (status !== 0) throw refused(folder, log);
    writeFileSync(join(temporary, 'postgresql.auto.conf'), settings + extra);
    renameSync(secret, join(temporary, 'retort.password'));
    giveTo(join(temporary, 'postgresql.auto.conf'), account);
    renameSync(temporary, data);
    rmSync(log, { force: true });
  } finally {
    rmSync(temporary, { recursive: true, force: true });
    rmSync(secret, { force: true });
  }
}

const noSync = (extra: string) => (extra.includes('fsync = off') ? ['--no-sync'] : []);

function checkVersion(data: string, { major }: Binaries): void {
  const file = join(data, 'PG_VERSION');
  const found = existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : undefined;
  if (found === major) return;
  if (found === undefined) {
    throw new UserError('the database folder holds no database', {
      place: { file: data },
      remedy: 'move it away: the runs are read again from artifacts/ into a new one',
    });
  }
  throw new UserError(
    `the database folder was made by Postgres ${found}, and Postgres ${major} is installed: it stays as it is`,
    {
      place: { file },
      remedy:
        `with the installation of before: nx run tracking:backup; with this one: move the folder away, then nx run tracking:restore. ` +
        'Without a backup the runs are read again from artifacts/, and only notes, tags and keys are lost',
    },
  );
}

/** What killed makers left. */
function clearLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    const owner = /^(?:data|password)\.(\d+)\.tmp$/.exec(name)?.[1];
    if (owner === undefined || (isAlive(Number(owner)) && Number(owner) !== process.pid)) continue;
    rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function refused(folder: string, log: string): UserError {
  return new UserError(`Postgres could not make its data folder: ${lastLine(log)}`, {
    place: { file: folder },
    remedy:
      'see initdb.log there; as root the folder must be reachable for others; or name another server by DATABASE_URL',
  });
}
