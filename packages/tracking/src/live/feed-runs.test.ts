import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestFeed } from '../../testing/live-feed.ts';
import { take } from '../../testing/live-run.ts';
import type { LiveEvent } from './feed.ts';
import { runsCursor } from './read-runs.ts';

let test: Awaited<ReturnType<typeof createTestFeed>>;
beforeAll(async () => {
  test = await createTestFeed('retort test feed of runs');
});
afterAll(() => test.close());

describe('LiveFeed.runs', () => {
  it('tells of new runs and of changes from now on, and goes on from a cursor', async () => {
    const old = await test.newRun();
    const own = test.newFeed();
    const gone = new AbortController();
    const events = own.runs({ signal: gone.signal });
    const ready = (await events.next()).value as LiveEvent;
    expect(ready.type).toBe('ready');
    const run = await test.newRun();
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

  it('goes on from the present that a list was read at', async () => {
    const own = test.newFeed();
    const cursor = await runsCursor(test.database.sql);
    const run = await test.newRun();
    const told = await take(own.runs({ cursor }), (event) => event.type === 'run' && event.run.run === run.run);
    expect(told.length).toBeGreaterThan(0);
    await own.close();
  });

  it('refuses a cursor that is none', async () => {
    expect(() => test.feed.runs({ cursor: 'x' })).toThrow('the cursor is none of these events');
  });
});
