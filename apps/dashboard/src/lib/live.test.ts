import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createApp, listen, openService, type RunningServer, type Service } from '@retort/server';
import { editRun, LiveFeed, openDatabase } from '@retort/tracking';
import { createTestDatabase, insertRun } from '@retort/tracking/testing';
import { createExperimentsApi } from '../../../../packages/server/src/api/experiments/index.ts';
import { nodeArguments } from '../../../../packages/server/test/source-workers.ts';
import { createApi } from './api.ts';
import { type LiveEvent, type LiveState, LiveStream } from './live.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let feed: LiveFeed;
let service: Service;
let app: ReturnType<typeof createApp>;
let server: RunningServer;
let run: string;
let port = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  run = (await insertRun(database.sql, { curves: { loss: [2, 1] } })).run;
  feed = new LiveFeed(() => openDatabase('', { ...database.options, migrate: false, max: 2 }));
  service = await openService({ variants: [], workers: 1, watchMs: 0, nodeArguments });
  app = createApp({ service, experiments: createExperimentsApi({ sql: () => database.sql, feed }) });
  await start();
});
afterAll(async () => {
  await server.close(0);
  app.close();
  await service.close();
  await feed.close();
  await database.close();
});

async function start() {
  server = await listen(app, { host: '127.0.0.1', port });
  port = Number(new URL(server.url).port);
}

const stream = () =>
  new LiveStream(
    createApi(server.url, () => undefined),
    { firstWaitMs: 10 },
  );

/** Where the present is: what happens from now on is told, however long a stream takes to open. */
const presentCursor = async (): Promise<string> =>
  JSON.parse(await (await fetch(`${server.url}/api/runs`)).text()).cursor;

/** The next state of a kind. */
const reached = (live: LiveStream, kind: LiveState['kind']) =>
  new Promise<void>((done) => {
    if (live.state.kind === kind) return done();
    const stop = live.watch((state) => {
      if (state.kind !== kind) return;
      stop();
      done();
    });
  });

describe('LiveStream', () => {
  it('tells of changes after a cursor', async () => {
    const live = stream();
    const cursor = await presentCursor();
    const told = new Promise<LiveEvent>((onEvent) => live.follow({ cursor, onEvent }));
    await editRun(database.sql, run, { notes: 'first' });
    expect(await told).toMatchObject({ type: 'run', run: { run, notes: 'first' } });
    live.follow({ onEvent: () => undefined })();
    expect(live.state).toEqual({ kind: 'off' });
  });

  it('tells the points of runs', async () => {
    const live = stream();
    const events: LiveEvent[] = [];
    let stop = () => {};
    await new Promise<void>((done) => {
      stop = live.follow({
        runs: [run],
        onEvent(event) {
          events.push(event);
          if (event.type === 'points') done();
        },
      });
    });
    stop();
    expect(events.at(-1)).toMatchObject({ type: 'points', points: { run, points: [{ value: 2 }, { value: 1 }] } });
  });

  it('says that the connection is lost, and goes on where it was when the server is back', async () => {
    const live = stream();
    const notes: string[] = [];
    let heard = () => {};
    const stop = live.follow({
      cursor: await presentCursor(),
      onEvent(event) {
        if (event.type === 'run') notes.push(event.run.notes);
        heard();
      },
    });
    await reached(live, 'live');
    const first = new Promise<void>((done) => {
      heard = done;
    });
    await editRun(database.sql, run, { notes: 'before' });
    await first;
    const second = new Promise<void>((done) => {
      heard = done;
    });
    await server.close(0);
    await reached(live, 'waiting');
    await editRun(database.sql, run, { notes: 'meanwhile' });
    await start();
    await second;
    stop();
    expect(notes).toEqual(['before', 'meanwhile']);
  });

  it('says what is refused, and asks no more', async () => {
    const live = stream();
    const stop = live.follow({ runs: ['00000000-0000-4000-8000-000000000000'], onEvent: () => undefined });
    await reached(live, 'refused');
    expect(live.state).toMatchObject({ reason: expect.stringContaining('There is no run') });
    stop();
  });

  it('lets go of what it followed before', async () => {
    const live = stream();
    const before: LiveEvent[] = [];
    live.follow({ onEvent: (event) => before.push(event) });
    await reached(live, 'live');
    const cursor = await presentCursor();
    let stop = () => {};
    const told = new Promise<LiveEvent>((onEvent) => {
      stop = live.follow({ cursor, onEvent });
    });
    await editRun(database.sql, run, { notes: 'after' });
    await told;
    stop();
    expect(before).toEqual([]);
  });
});
