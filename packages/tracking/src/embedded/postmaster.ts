import { readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { isAlive } from '@retort/shared/recording';
import { dataFolder } from './data-folder.ts';

/** The server of a data folder, as its own `postmaster.pid` tells of it. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
}

/** Undefined where no server runs. */
export function findPostmaster(folder: string): Postmaster | undefined {
  let lines: string[];
  try {
    lines = readFileSync(join(dataFolder(folder), 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const [pid, , , port] = lines.map(Number);
  // Line 8 is the state: "starting", "stopping", "ready".
  return isAlive(pid) && !isOther(pid, folder) ? { pid, port, ready: lines[7]?.trim() === 'ready' } : undefined;
}

/**
 * Whether a killed server's number belongs to another program by now, or to nobody but a process table that is not tidied.
 * Known on Linux: a server works in its data folder.
 */
export function isOther(pid: number, folder: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) !== realpathSync(dataFolder(folder));
  } catch (error) {
    // A zombie has no folder. Those of other users are not told.
    return process.platform === 'linux' && (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

/** A connection to a port of this machine, open. */
export function openSocket(port: number): Promise<Socket> {
  return new Promise((done, fail) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('error', fail);
    socket.once('connect', () => {
      socket.off('error', fail);
      done(socket);
    });
  });
}

/** A port that is free now: `wanted`, if it is. */
export function freePort(wanted = 0): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', (error) => (wanted === 0 ? fail(error) : freePort().then(done, fail)));
    server.listen(wanted, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (address !== null && typeof address === 'object' ? done(address.port) : fail()));
    });
  });
}
