import type { Database, Sql } from '../database/open.ts';
import { checkRunKeys } from '../queries/run-keys.ts';
import type { RunSummary } from '../queries/run-summary.ts';
import { Bell } from './bell.ts';
import { type ChangeHandler, Listener } from './listener.ts';
import { decodePointsCursor, encodePointsCursor, type ReaderState } from './points-cursor.ts';
import { type LivePoint, readPoints } from './read-points.ts';
import { decodeRunsCursor, encodeRunsCursor, readRuns, remember, runsNow } from './read-runs.ts';

/** Whoever comes again with an event's cursor is told what comes after that event, each thing once. */
export type LiveEvent =
  /** The first word to a reader of all runs: its cursor is the present. */
  | { readonly type: 'ready'; readonly cursor: string }
  /** What a run is now: told first, and when its status changes, after all of its points. */
  | { readonly type: 'run'; readonly run: RunSummary; readonly cursor: string }
  /** New points of one run, in the order of its `metrics.jsonl`; seldom none at all. */
  | { readonly type: 'points'; readonly run: string; readonly points: readonly LivePoint[]; readonly cursor: string };

export interface FollowOptions {
  /** Of the last event, or of `curves`. Without it: everything from the beginning. */
  readonly cursor?: string;
  /** Ends the following. */
  readonly signal?: AbortSignal;
}

export interface FeedOptions {
  /** How often it is made sure that the database is still heard. Default: 15. */
  readonly beatSeconds?: number;
  /** Told of what passes by itself, such as a server that restarts. */
  readonly onTrouble?: (error: unknown) => void;
}

/** Live events for any number of readers over one connection. They outlive a restart of the database. */
export class LiveFeed {
  readonly #listener: Listener;
  readonly #closed = new AbortController();

  /** `open` makes the feed's own connection, such as `() => openDatabase(workspace, { max: 2 })`. */
  constructor(open: () => Promise<Database>, { beatSeconds = 15, onTrouble = () => {} }: FeedOptions = {}) {
    this.#listener = new Listener(open, beatSeconds * 1000, onTrouble);
  }

  /** The points of some runs, past and coming. Ends by the signal only: a killed run may go on. A wrong cursor is a UserError. */
  points(runs: readonly string[], { cursor = '', signal }: FollowOptions = {}): AsyncGenerator<LiveEvent> {
    const given = decodePointsCursor(cursor);
    const states = new Map<string, ReaderState>();
    for (const run of checkRunKeys(runs)) states.set(run, given.get(run) ?? { line: 0 });
    const ids = new Map<number, string>();
    // Before all are known, any word may be about one of them.
    const concerns = (run: number | null) => run === null || ids.size < states.size || ids.has(run);
    return this.#follow(concerns, signal, async (read) => {
      const news = await read((sql) => readPoints(sql, states, ids));
      return news.map((one): LiveEvent => {
        states.set(one.run, one.state);
        const now = encodePointsCursor(states);
        return one.type === 'run'
          ? { type: 'run', run: one.summary, cursor: now }
          : { type: 'points', run: one.run, points: one.points, cursor: now };
      });
    });
  }

  /** Each run that is new or changes, whichever it is, from now on: what it is by then. */
  runs({ cursor, signal }: FollowOptions = {}): AsyncGenerator<LiveEvent> {
    let state = cursor === undefined ? undefined : decodeRunsCursor(cursor);
    return this.#follow(
      () => true,
      signal,
      async (read) => {
        if (state === undefined) {
          state = await read(runsNow);
          return [{ type: 'ready', cursor: encodeRunsCursor(state) }];
        }
        const now = state;
        return (await read((sql) => readRuns(sql, now))).map((changed): LiveEvent => {
          remember(now, changed);
          const { changedAt, ...run } = changed;
          return { type: 'run', run, cursor: encodeRunsCursor(now) };
        });
      },
    );
  }

  /** Ends all readers and the connection. */
  async close(): Promise<void> {
    this.#closed.abort();
    await this.#listener.close();
  }

  /** Asks again and again for what is new, and waits where there is nothing. */
  async *#follow(
    concerns: (run: number | null) => boolean,
    given: AbortSignal | undefined,
    next: (read: <T>(question: (sql: Sql) => Promise<T>) => Promise<T>) => Promise<LiveEvent[]>,
  ): AsyncGenerator<LiveEvent> {
    const signal = given === undefined ? this.#closed.signal : AbortSignal.any([given, this.#closed.signal]);
    const bell = new Bell();
    const handler: ChangeHandler = (run) => {
      if (concerns(run)) bell.ring();
    };
    const unsubscribe = this.#listener.subscribe(handler);
    const end = () => bell.ring();
    signal.addEventListener('abort', end);
    try {
      while (!signal.aborted) {
        const events = await next((question) => this.#listener.read(question, signal));
        yield* events;
        if (events.length === 0) await bell.wait();
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      signal.removeEventListener('abort', end);
      unsubscribe();
    }
  }
}
