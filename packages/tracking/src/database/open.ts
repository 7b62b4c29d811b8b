import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import postgres from 'postgres';
import { readPassword } from '../embedded/data-folder.ts';
import { openSocket } from '../embedded/postmaster.ts';
import { acquireServer, ensureServer, type ServerOptions, serverFolder } from '../embedded/server.ts';
import { explainDatabaseError } from './errors.ts';
import { migrate } from './migrate.ts';
import { parseDatabaseUrl, showAddress, urlVariable } from './url.ts';

/** Raw SQL. Counts (`bigint`) come as numbers. */
export type Sql = postgres.Sql<{ bigint: number }>;

/** An open database. Its client connects when it is used, and again when a connection is lost. */
export interface Database {
  readonly sql: Sql;
  /** For people; without the password. */
  readonly address: string;
  readonly embedded: boolean;
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Instead of the environment's DATABASE_URL; an empty one stands for the embedded server. */
  readonly url?: string;
  /** What the server's list of connections calls this process. */
  readonly application?: string;
  /** Connections of the client. */
  readonly max?: number;
  /** The embedded server's folder, if not the workspace's; its name there. */
  readonly folder?: string;
  readonly database?: string;
  readonly server?: ServerOptions;
  /** False leaves the schema as it is. */
  readonly migrate?: boolean;
}

type ClientOptions = postgres.Options<Record<string, postgres.PostgresType>>;

/** How to reach a database, before any client is made. */
export interface Target {
  readonly options: ClientOptions;
  readonly address: string;
  readonly embedded: boolean;
  release(): Promise<void>;
}

/**
 * Opens the database of a workspace: the one that DATABASE_URL names, else the embedded one, which is started if need be.
 * The schema is brought up to date. A UserError says in one line what is wrong.
 */
export async function openDatabase(workspace: string, options: OpenOptions = {}): Promise<Database> {
  const target = await findTarget(workspace, options);
  const { address, embedded } = target;
  try {
    if (options.migrate !== false) await untilUp(() => migrate(target.options), embedded);
  } catch (error) {
    await target.release();
    throw explainDatabaseError(error, address);
  }
  const types = { bigint: { to: 20, from: [20], serialize: String, parse: Number } };
  const sql: Sql = postgres({ ...target.options, types });
  return {
    sql,
    address,
    embedded,
    async close() {
      await sql.end({ timeout: 5 });
      await target.release();
    },
  };
}

/** Reads the environment and starts the embedded server, if it is meant. */
export async function findTarget(workspace: string, options: OpenOptions = {}): Promise<Target> {
  const common = {
    max: options.max ?? 4,
    connect_timeout: 10,
    onnotice: () => {},
    // A server that is back is asked again soon.
    backoff: (retries: number) => Math.min(2, 0.05 * 2 ** retries),
    connection: { application_name: options.application ?? 'retort' },
  };
  const url = options.url ?? process.env[urlVariable] ?? '';
  if (url !== '') {
    const address = parseDatabaseUrl(url);
    return {
      options: { ...common, ...address, ...(options.database === undefined ? {} : { database: options.database }) },
      address: showAddress(address),
      embedded: false,
      release: async () => {},
    };
  }
  const folder = options.folder ?? serverFolder(workspace);
  const { release } = await acquireServer(folder, options.server);
  const login = { database: options.database ?? 'postgres', username: 'retort', password: () => readPassword(folder) };
  // Each new connection asks where the server is now, and starts it again if it was killed. Postgres.js knows the option; its types do not.
  const socket = { socket: () => connectEmbedded(folder, options.server) };
  return { options: { ...common, ...login, ssl: false, ...socket }, address: folder, embedded: true, release };
}

/** A server that was killed a moment ago still seems to be there: its processes take a while to go. */
async function connectEmbedded(folder: string, options?: ServerOptions): Promise<Socket> {
  for (let attempt = 1; ; attempt++) {
    const { port } = await ensureServer(folder, options);
    try {
      return await openSocket(port);
    } catch (error) {
      if (attempt === 50) throw error;
      await pause(50);
    }
  }
}

/** A server that was just started, or is just being stopped, refuses for a moment. */
async function untilUp(task: () => Promise<void>, embedded: boolean): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await task();
    } catch (error) {
      const code = String((error as { code?: unknown }).code ?? '');
      if (!embedded || attempt === 20 || !/^(57P0|ECONN|CONNECTION_)/.test(code)) throw error;
      await pause(100);
    }
  }
}
