import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLiveRun, take } from '../../testing/live-run.ts';
import { createTestDatabase } from '../../testing/test-database.ts';
import { openDatabase } from '../database/open.ts';
import { type LiveEvent, LiveFeed } from './feed.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let feed: LiveFeed;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'retort-'));
  database = await createTestDatabase();
  feed = newFeed();
});
afterAll(async () => {
  await feed.close();
  await database.close();
  rmSync(folder, { recursive: true });
});

const application = 'retort test feed of runs';
const newFeed = (options = {}) =>
  new LiveFeed(() => openDatabase('', { ...database.options, application, migrate: false, max: 2 }), options);
const newRun = () => createLiveRun(database, folder);

describe('LiveFeed.runs', () => {
  it('tells of new runs and of changes from now on, and goes on from a cursor', async () => {
    const old = await newRun();
    const own = newFeed();
    const gone = new AbortController();
    const events = own.runs({ signal: gone.signal });
    const ready = (await events.next()).value as LiveEvent;
    expect(ready.type).toBe('ready');
    const run = await newRun();
    await run.end();
    await old.end();
    const seen: LiveEvent[] = [];
    const told = (key: string) =>
      seen.some((event) => event.type === 'run' && event.run.run === key && event.run.status === 'succeeded');
    while (!(told(run.run) && told(old.run))) seen.push((await events.next()).value as LiveEvent);
    const { cursor } = seen[seen.length - 1];
    await run.write(1);
    const [next] = await take(own.runs({ cursor }), () => true);
    expect(next).toMatchObject({ type: 'run', run: { run: run.run, points: 1 } });
    // From the present of then on, what came since is told once more, each run as it is now.
    const again = await take(
      own.runs({ cursor: ready.cursor }),
      (event) => event.type === 'run' && event.run.run === run.run,
    );
    expect(again.length).toBeLessThanOrEqual(2);
    gone.abort();
    await own.close();
  });

  it('refuses a cursor that is none', async () => {
    expect(() => feed.runs({ cursor: 'x' })).toThrow('the cursor is none of these events');
  });
});
