import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestFeed } from '../../testing/live-feed.ts';
import { isEnd, linesOf, range, take, upTo } from '../../testing/live-run.ts';
import { openDatabase } from '../database/open.ts';
import { curves } from '../queries/curves.ts';
import type { LiveEvent } from './feed.ts';

const application = 'retort test feed';
let test: Awaited<ReturnType<typeof createTestFeed>>;
beforeAll(async () => {
  test = await createTestFeed(application);
});
afterAll(() => test.close());

describe('LiveFeed.points', () => {
  it('tells a late reader what was, then what comes, then the end, each once and in order', async () => {
    const { run, write, end } = await test.newRun();
    await write(5);
    const events = test.feed.points([run]);
    const first = await take(events, upTo(5));
    const more = take(events, isEnd);
    await write(3);
    await write(4);
    await end();
    const all = [...first, ...(await more)];
    expect(linesOf(all)).toEqual(range(1, 12));
    expect(all.filter(({ type }) => type === 'run').map((event) => event.type === 'run' && event.run.status)).toEqual([
      'running',
      'succeeded',
    ]);
    expect(first[1]).toMatchObject({
      points: [
        { line: 1, metric: 'accuracy', step: 1, epoch: null, time: Date.UTC(2026, 2, 1, 12), value: 1 },
        {},
        {},
        {},
        {},
      ],
    });
    await events.return(undefined);
  });

  it('goes on behind the cursor of any event', async () => {
    const { run, write, end } = await test.newRun();
    await write(5);
    await write(5);
    await end();
    const all = await take(test.feed.points([run]), isEnd);
    await write(1);
    for (const [i, { cursor }] of all.entries()) {
      const rest = await take(test.feed.points([run], { cursor }), upTo(11));
      expect([...linesOf(all.slice(0, i + 1)), ...linesOf(rest)]).toEqual(range(1, 11));
    }
  });

  it('brings a reader who is far behind to the present by parts', async () => {
    const { run, write } = await test.newRun();
    await write(4500);
    const events = await take(test.feed.points([run]), upTo(4500));
    expect(linesOf(events)).toEqual(range(1, 4500));
    expect(Math.max(...events.map((event) => linesOf([event]).length))).toBe(2000);
  });

  it('tells what is not in curves that were read before', async () => {
    const { run, write } = await test.newRun();
    await write(6);
    const { curves: drawn, cursor } = await curves(test.database.sql, { runs: [run], metrics: ['loss', 'accuracy'] });
    await write(4);
    const rest = await take(test.feed.points([run], { cursor }), upTo(10));
    expect([...drawn.flatMap(({ lines }) => lines), ...linesOf(rest)].sort((a, b) => a - b)).toEqual(range(1, 10));
  });

  it('misses nothing of a transaction that began first and ends last', async () => {
    const slow = await test.newRun();
    const fast = await test.newRun();
    await slow.write(1);
    await fast.write(1);
    const events = test.feed.points([slow.run, fast.run]);
    await take(events, (event) => event.type === 'points' && event.run === fast.run);
    let finish = () => {};
    const finished = new Promise<void>((done) => {
      finish = done;
    });
    let begun = () => {};
    const begins = new Promise<void>((done) => {
      begun = done;
    });
    // The points of `slow` get their place first, but nobody sees them before those of `fast`.
    const transaction = test.database.sql.begin(async (tx) => {
      await tx`select from retort.runs where id = ${slow.id} for update`;
      await tx`insert into retort.metrics (run_id, metric_id, line, value, time)
        select ${slow.id}, id, 2, 1, now() from retort.metric_names where name = 'loss'`;
      await tx`update retort.run_metrics m set points = 2, last_line = 2 from retort.metric_names n
        where n.id = m.metric_id and n.name = 'loss' and m.run_id = ${slow.id}`;
      await tx`insert into retort.run_metrics (run_id, metric_id, points, last, last_line)
        select ${slow.id}, id, 1, 1, 2 from retort.metric_names where name = 'loss' on conflict do nothing`;
      await tx`update retort.runs set lines = 2 where id = ${slow.id}`;
      await tx`select pg_notify('retort', ${JSON.stringify({ run: slow.id })})`;
      begun();
      await finished;
    });
    await begins;
    const next = take(events, upTo(2));
    await fast.write(1);
    const [event] = (await next).slice(-1);
    expect(event).toMatchObject({ type: 'points', run: fast.run });
    const late = take(events, upTo(2));
    finish();
    await transaction;
    expect((await late).at(-1)).toMatchObject({ type: 'points', run: slow.run, points: [{ line: 2 }] });
    await events.return(undefined);
  });

  it('tells each point once, in order, while several processes write and readers come and go', async () => {
    const runs = [await test.newRun(), await test.newRun(), await test.newRun()];
    const names = runs.map(({ run }) => run);
    const other = await openDatabase('', { ...test.database.options, migrate: false });
    // Two clients send each run at once, as a stage and `sync` may.
    const writers = runs.flatMap((run) =>
      [test.database.sql, other.sql].map(async (sql) => {
        for (let i = 0; i < 25; i++) {
          run.append(1 + ((i * 7) % 11));
          await run.send(sql);
        }
      }),
    );
    const total = runs.map(() => 2 * range(0, 24).reduce((sum, i) => sum + 1 + ((i * 7) % 11), 0))[0];
    /** Reads all; gives up its place after so many events and comes back with the last cursor. */
    const read = async (patience: number) => {
      const told = new Map<string, number[]>(names.map((run) => [run, []]));
      let cursor: string | undefined;
      while ([...told.values()].some((lines) => lines.length < total)) {
        const events = test.feed.points(names, { cursor });
        for (let i = 0; i < patience && [...told.values()].some((lines) => lines.length < total); i++) {
          const { value } = await events.next();
          const event = value as LiveEvent;
          cursor = event.cursor;
          if (event.type === 'points') told.get(event.run)?.push(...linesOf([event]));
        }
        await events.return(undefined);
      }
      return told;
    };
    const readers = [read(1), read(3), read(1000)];
    await Promise.all(writers);
    for (const told of await Promise.all(readers)) {
      for (const lines of told.values()) expect(lines).toEqual(range(1, total));
    }
    await other.close();
  });

  it('goes on after its connections were cut', async () => {
    const { run, write, id } = await test.newRun();
    const troubles: unknown[] = [];
    const own = test.newFeed({ onTrouble: (error: unknown) => troubles.push(error) });
    const events = own.points([run]);
    await write(2);
    const first = await take(events, upTo(2));
    const rest = take(events, upTo(4));
    for (let i = 0; i < 3; i++) {
      await test.database.sql`select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = ${application} and datname = current_database()`;
    }
    await write(2);
    expect(linesOf([...first, ...(await rest)])).toEqual([1, 2, 3, 4]);
    expect(id).toBeGreaterThan(0);
    await own.close();
  });

  it('ends by the signal, and when the feed is closed', async () => {
    const { run } = await test.newRun();
    const gone = new AbortController();
    const own = test.newFeed();
    const [one, two] = [own.points([run], { signal: gone.signal }), own.points([run])];
    await Promise.all([one.next(), two.next()]);
    const [endOne, endTwo] = [one.next(), two.next()];
    gone.abort();
    expect(await endOne).toEqual({ value: undefined, done: true });
    await own.close();
    expect(await endTwo).toEqual({ value: undefined, done: true });
  });

  it.each([
    ['00000000-0000-4000-8000-000000000000', '', 'there is no run "0000'],
    ['x', '', 'there is no run "x"'],
    ['00000000-0000-4000-8000-000000000000', 'x', 'the cursor is none of these events'],
  ])('refuses the run %s with the cursor "%s"', async (run, cursor, message) => {
    await expect((async () => test.feed.points([run], { cursor }).next())()).rejects.toThrow(message);
  });
});
