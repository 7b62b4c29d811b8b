import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Command, findWorkspace, formatDuration, UserError } from '@retort/shared';
import { openDatabase } from '../database/open.ts';
import { parseDatabaseUrl, showAddress, urlVariable } from '../database/url.ts';
import { findPostmaster } from '../embedded/postmaster.ts';
import { keepServer, serverFolder, stopServer } from '../embedded/server.ts';
import { sync } from '../recording/sync.ts';

const print = (line: string) => process.stdout.write(`${line}\n`);

/** A command that manages the embedded server means nothing for somebody else's. */
function refuseUrl(what: string): void {
  const url = process.env[urlVariable] ?? '';
  if (url === '') return;
  throw new UserError(`${urlVariable} names a server of its own (${showAddress(parseDatabaseUrl(url))}): ${what}`, {
    place: { field: urlVariable },
    remedy: `unset ${urlVariable} to use the embedded server`,
  });
}

export const serverCommands: Record<string, Command> = {
  start: {
    help: 'Starts the embedded server and lets it run until `stop`. Without this it runs while something uses it.',
    options: {},
    async run() {
      refuseUrl('it is not ours to start');
      const workspace = findWorkspace();
      const { port, pid } = await keepServer(serverFolder(workspace));
      await (await openDatabase(workspace)).close();
      print(`the database runs: 127.0.0.1:${port}, process ${pid}`);
    },
  },
  stop: {
    help: 'Stops the embedded server. What was recorded stays; the next stage starts it again.',
    options: {},
    async run() {
      refuseUrl('it is not ours to stop');
      print(
        (await stopServer(serverFolder(findWorkspace()))) ? 'the database is stopped' : 'the database does not run',
      );
    },
  },
  status: {
    help: 'Tells which database is used, whether it runs, and how much it holds.',
    options: {},
    run: () => status(findWorkspace()),
  },
  migrate: {
    help: 'Brings the schema of the database up to date. Every program that opens the database does so, too.',
    options: {},
    async run() {
      const database = await openDatabase(findWorkspace());
      await database.close();
      print(`the schema is up to date: ${database.address}`);
    },
  },
  sync: {
    help: 'Makes the database equal to the folders. It runs by itself at the end of each stage and when the server starts.',
    options: {},
    async run() {
      const workspace = findWorkspace();
      const database = await openDatabase(workspace);
      try {
        const { runs, changed, points, damaged } = await sync(database.sql, workspace);
        print(
          `${runs} runs in the folders; ${changed} were new or had changed, with ${points} points that were missing`,
        );
        for (const [folder, lines] of Object.entries(damaged)) {
          process.stderr.write(`${folder}/metrics.jsonl: ${lines} lines are no points, and are left out\n`);
        }
      } finally {
        await database.close();
      }
    },
  },
};

async function status(workspace: string): Promise<void> {
  const url = process.env[urlVariable] ?? '';
  const folder = serverFolder(workspace);
  if (url === '') {
    const postmaster = findPostmaster(folder);
    if (postmaster === undefined) {
      print(existsSync(join(folder, 'data')) ? 'the embedded database does not run' : 'there is no database yet');
      return lastTrouble(workspace);
    }
    const kept = existsSync(join(folder, 'keep')) ? 'until it is stopped' : 'while it is used';
    print(`embedded: 127.0.0.1:${postmaster.port}, process ${postmaster.pid}, ${kept}; ${relative(workspace, folder)}`);
  }
  const database = await openDatabase(workspace, { max: 1, migrate: false });
  try {
    if (url !== '') print(`${urlVariable}: ${database.address}`);
    const { sql } = database;
    const [server] = await sql`select current_setting('server_version') as version,
      pg_database_size(current_database()) as bytes, extract(epoch from now() - pg_postmaster_start_time())::float8 as up`;
    print(`Postgres ${server.version}, up ${formatDuration(server.up)}, ${(server.bytes / 1e6).toFixed(1)} MB`);
    const [{ there }] = await sql`select to_regclass('retort.runs') is not null as there`;
    if (!there) {
      print('no schema yet; it is made when the database is used first');
      return;
    }
    const [count] = await sql`select count(*) as runs, coalesce(sum(lines), 0)::float8 as points,
      count(*) filter (where status = 'running') as running from retort.runs`;
    print(`${count.runs} runs, ${count.running} of them under way; ${count.points} points`);
  } finally {
    await database.close();
  }
  lastTrouble(workspace);
}

/** What a recorder last complained of. */
function lastTrouble(workspace: string): void {
  const file = join(workspace, '.retort', 'recorder.log');
  if (!existsSync(file)) return;
  const line = readFileSync(file, 'utf8').trimEnd().split('\n').at(-1);
  if (line !== undefined && line !== '') print(`last trouble: ${line}`);
}
