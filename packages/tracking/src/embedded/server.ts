import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { UserError } from '@retort/shared/recording';
import { giveTo, serverAccount } from './account.ts';
import { type Binaries, findBinaries } from './binaries.ts';
import { addClient, hasClients } from './clients.ts';
import { lastLine, runPostgres } from './command.ts';
import { dataFolder, makeDataFolder } from './data-folder.ts';
import { withLock } from './lock.ts';
import { findPostmaster, freePort, isOther, type Postmaster } from './postmaster.ts';

export interface ServerOptions {
  /** More lines of postgresql.conf, for a folder that is made new. */
  readonly extra?: string;
  readonly binaries?: Binaries;
}

/** Where a workspace keeps its database. */
export const serverFolder = (workspace: string) => join(workspace, '.retort', 'postgres');

const lockFile = (folder: string) => join(folder, 'start.lock');
const keepFile = (folder: string) => join(folder, 'keep');

/** Starts the server, if it is not running; many processes may do so at once. */
export async function ensureServer(folder: string, options: ServerOptions = {}): Promise<Postmaster> {
  const running = findPostmaster(folder);
  if (running?.ready) return running;
  makeFolder(folder);
  return withLock(lockFile(folder), () => start(folder, options));
}

/** A process' share of the server: the last one that gives it back stops the server, unless `tracking:start` started it. */
export async function acquireServer(
  folder: string,
  options: ServerOptions = {},
): Promise<{ release(): Promise<void> }> {
  makeFolder(folder);
  const client = await withLock(lockFile(folder), async () => {
    await start(folder, options);
    return addClient(folder);
  });
  return {
    release: () =>
      withLock(lockFile(folder), async () => {
        rmSync(client, { force: true });
        if (!existsSync(keepFile(folder)) && !hasClients(folder)) await stop(folder);
      }),
  };
}

/** Starts the server and lets it run until `stopServer`. */
export async function keepServer(folder: string, options: ServerOptions = {}): Promise<Postmaster> {
  makeFolder(folder);
  return withLock(lockFile(folder), async () => {
    const postmaster = await start(folder, options);
    writeFileSync(keepFile(folder), '');
    return postmaster;
  });
}

/** Whether there was one to stop. Whoever is connected loses the connection; what was committed stays. */
export async function stopServer(folder: string): Promise<boolean> {
  if (!existsSync(folder)) return false;
  return withLock(lockFile(folder), () => {
    rmSync(keepFile(folder), { force: true });
    return stop(folder);
  });
}

function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  mkdirSync(folder, { recursive: true });
  // The server's account makes its log here.
  giveTo(folder, serverAccount());
}

async function start(folder: string, { extra = '', binaries = findBinaries() }: ServerOptions): Promise<Postmaster> {
  if (binaries === undefined) throw noBinaries();
  const account = serverAccount();
  await makeDataFolder(folder, { binaries, account, extra });
  const log = join(folder, 'postgres.log');
  if (existsSync(log) && statSync(log).size > 1_000_000) rmSync(log);
  for (let attempt = 1; ; attempt++) {
    const running = findPostmaster(folder);
    if (running?.ready) return running;
    if (running === undefined) await launch(folder, log, binaries);
    const started = findPostmaster(folder);
    if (started?.ready) return started;
    // The processes of a killed server take a moment to go, and until then no other may have the folder.
    if (attempt === 50) throw notStarted(log);
    await pause(100);
  }
}

async function launch(folder: string, log: string, binaries: Binaries): Promise<void> {
  const data = dataFolder(folder);
  const left = join(data, 'postmaster.pid');
  const [pid, port] = leftBy(left);
  // Postgres itself takes over from a dead server, but not if another program has its number by now.
  if (pid !== undefined && isOther(pid, folder)) rmSync(left, { force: true });
  const options = `-p ${await freePort(port)}`;
  await runPostgres(binaries.pgCtl, ['start', '-D', data, '-l', log, '-o', options, '-w', '-t', '60', '-s'], {
    account: serverAccount(),
    log: join(folder, 'pg_ctl.log'),
    cwd: data,
  });
}

/** Number and port of a server that ended without its leave. With the same port, clients find the next one again. */
function leftBy(file: string): [pid?: number, port?: number] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return [Number(lines[0]) || undefined, Number(lines[3]) || undefined];
}

async function stop(folder: string): Promise<boolean> {
  const binaries = findBinaries();
  if (binaries === undefined || findPostmaster(folder) === undefined) return false;
  const data = dataFolder(folder);
  const log = join(folder, 'pg_ctl.log');
  const status = await runPostgres(binaries.pgCtl, ['stop', '-D', data, '-m', 'fast', '-w', '-t', '60', '-s'], {
    account: serverAccount(),
    log,
    cwd: data,
  });
  if (status !== 0 && findPostmaster(folder) !== undefined) {
    throw new UserError(`the database server does not stop: ${lastLine(log)}`, {
      place: { file: folder },
      remedy: 'see postgres.log there',
    });
  }
  return true;
}

function notStarted(log: string): UserError {
  return new UserError(`the database server does not start: ${lastLine(log)}`, {
    place: { file: log },
    remedy: 'mend what the log tells; or move the folder data beside it away: the runs are read again from artifacts/',
  });
}

export function noBinaries(): UserError {
  return new UserError(`there is no Postgres for ${process.platform}-${process.arch} in this installation`, {
    remedy: 'install the optional packages (pnpm install), or name a server: DATABASE_URL=postgres://...',
  });
}
