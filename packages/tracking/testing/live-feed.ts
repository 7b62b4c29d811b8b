import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../src/database/open.ts';
import { LiveFeed } from '../src/live/feed.ts';
import { createLiveRun } from './live-run.ts';
import { createTestDatabase } from './test-database.ts';

/** A database with a feed of its events, and runs that can be written to. `application` is what the server calls the feeds' connections. */
export async function createTestFeed(application: string) {
  const folder = mkdtempSync(join(tmpdir(), 'retort-'));
  const database = await createTestDatabase();
  const newFeed = (options = {}) =>
    new LiveFeed(() => openDatabase('', { ...database.options, application, migrate: false, max: 2 }), options);
  const feed = newFeed();
  return {
    database,
    feed,
    newFeed,
    newRun: () => createLiveRun(database, folder),
    async close() {
      await feed.close();
      await database.close();
      rmSync(folder, { recursive: true });
    },
  };
}
