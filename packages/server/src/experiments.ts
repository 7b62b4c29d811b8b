import { formatError } from '@retort/shared';
import { LiveFeed, openDatabase, sync } from '@retort/tracking';
import { createExperimentsApi } from './api/experiments/index.ts';

export interface Experiments {
  readonly api: ReturnType<typeof createExperimentsApi>;
  /** Ends the streams of events: a server that waits for its answers would wait for them. */
  endStreams(): Promise<void>;
  /** Of the folders those that are not read in yet are left to the next start. */
  close(): Promise<void>;
}

/**
 * What stands below `/api`, on the workspace's database. The folders are read in meanwhile. A database that cannot be opened is
 * told, and the server goes without: the model does not need it.
 */
export async function openExperiments(
  workspace: string,
  showTexts: boolean,
  onTrouble: (message: string) => void,
): Promise<Experiments | undefined> {
  const told = (error: unknown) => onTrouble(error instanceof Error ? error.message : formatError(error));
  try {
    const database = await openDatabase(workspace, { application: 'retort server' });
    const options = { application: 'retort server events', max: 2, migrate: false };
    const feed = new LiveFeed(() => openDatabase(workspace, options), { onTrouble: told });
    const stop = new AbortController();
    const read = sync(database.sql, workspace, { signal: stop.signal }).catch(
      (error: unknown) => stop.signal.aborted || told(error),
    );
    return {
      api: createExperimentsApi({ sql: database.sql, feed, workspace, showTexts }),
      endStreams: () => feed.close(),
      async close() {
        stop.abort();
        await feed.close();
        await read;
        await database.close();
      },
    };
  } catch (error) {
    told(error);
    return undefined;
  }
}
