import type { OpenAPIHono } from '@hono/zod-openapi';
import { formatError } from '@retort/shared';
import { type Database, LiveFeed, openDatabase, sync } from '@retort/tracking';
import { createExperimentsApi } from './api/experiments/index.ts';
import { newApi } from './api/experiments/new-api.ts';
import { isDatabaseElsewhere } from './elsewhere.ts';
import type { ServerEnv } from './http/environment.ts';
import { Retried } from './retried.ts';

export interface Experiments {
  readonly api: OpenAPIHono<ServerEnv>;
  /** Ends the streams of events: a server that waits for its answers would wait for them. */
  endStreams(): Promise<void>;
  /** Of the folders those that are not read in yet are left to the next start. */
  close(): Promise<void>;
}

export interface ExperimentsOptions {
  /** Whether texts of the data may be shown to who reaches the server. */
  readonly showTexts: boolean;
  /** Told what is wrong with the database; why it cannot be opened once, until that changes. */
  readonly onTrouble: (message: string) => void;
  /** Milliseconds. Default: those of `performance`. */
  readonly now?: () => number;
}

/**
 * What stands below `/api`, on the workspace's database. The folders are read in meanwhile. A database that cannot be opened is told, and tried again when
 * somebody asks for something of it, who gets 503 until it is there: the model does not need it.
 */
export function openExperiments(workspace: string, { showTexts, onTrouble, now }: ExperimentsOptions): Experiments {
  const messageOf = (error: unknown) => (error instanceof Error ? error.message : formatError(error));
  const told = (error: unknown) => onTrouble(messageOf(error));
  let refusal: string | undefined;
  const stop = new AbortController();
  let read: Promise<unknown> = Promise.resolve();
  const open = async (): Promise<Database> => {
    try {
      const opened = await openDatabase(workspace, { application: 'retort server' });
      if (!stop.signal.aborted) {
        read = sync(opened.sql, workspace, { signal: stop.signal }).catch(
          (error: unknown) => stop.signal.aborted || told(error),
        );
      }
      return opened;
    } catch (error) {
      if (messageOf(error) !== refusal) told(error);
      refusal = messageOf(error);
      throw error;
    }
  };
  const database = new Retried(open, now);
  const options = { application: 'retort server events', max: 2, migrate: false };
  const feed = new LiveFeed(() => openDatabase(workspace, options), { onTrouble: told });
  const api = newApi();
  api.use(async (_, next) => {
    await database.ask();
    await next();
  });
  api.route('/', createExperimentsApi({ sql: () => database.value.sql, feed, workspace, showTexts }));
  database.ask().catch(() => undefined); // It was told.
  return {
    api,
    endStreams: () => feed.close(),
    async close() {
      stop.abort();
      await feed.close();
      // One elsewhere that does not answer is let go.
      const opened = database.pending && isDatabaseElsewhere() ? undefined : await database.settled();
      await read;
      await opened?.close();
    },
  };
}
