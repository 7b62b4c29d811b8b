import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import type { Account } from './account.ts';

/**
 * Runs one of Postgres' programs to its end; what it printed goes to `log`. Not to a pipe: the server that `pg_ctl` leaves
 * behind would hold it open.
 */
export async function runPostgres(
  program: string,
  args: readonly string[],
  { account, log, cwd }: { account: Account | undefined; log: string; cwd: string },
): Promise<number> {
  const output = openSync(log, 'a');
  try {
    return await new Promise<number>((done, fail) => {
      const child = spawn(program, args, {
        cwd,
        stdio: ['ignore', output, output],
        // A server must not end with the Ctrl-C that its starter gets.
        detached: process.platform !== 'win32',
        windowsHide: true,
        env: { ...withoutPostgres(process.env), LC_ALL: 'C', TZ: 'UTC' },
        ...(account === undefined ? {} : { uid: account.uid, gid: account.gid }),
      });
      child.once('error', fail);
      child.once('exit', (code) => done(code ?? 1));
    });
  } finally {
    closeSync(output);
  }
}

/** PGDATA, PGPORT and their like speak of another server. */
function withoutPostgres(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('PG')));
}

/** The last line of a log that tells something. */
export function lastLine(log: string): string {
  try {
    const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
    const telling = lines.filter((line) => /FATAL|PANIC|ERROR|error:|fatal:/.test(line)).at(-1);
    return (telling ?? lines.at(-1) ?? '').trim();
  } catch {
    return '';
  }
}
