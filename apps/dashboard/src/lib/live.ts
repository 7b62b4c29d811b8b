import type { PointsEvent, RunEvent } from '@retort/server/client';
import { type Api, isAbort, isConnectionError, RequestError, refusal, unreachable } from './api.ts';
import { readEvents } from './server-sent-events.ts';

export type LiveEvent =
  | { readonly type: 'run'; readonly run: RunEvent }
  | { readonly type: 'points'; readonly points: PointsEvent };

/** What a view wants to be told of: the points of `runs` and what becomes of them, or without `runs` each run that changes. */
export interface Following {
  readonly runs?: readonly string[];
  /** What came before is known: the `cursor` of `/api/runs` or `/api/curves`. */
  readonly cursor?: string;
  readonly onEvent: (event: LiveEvent) => void;
}

export type LiveState =
  | { readonly kind: 'off' }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** The connection is lost, and is tried again at `until` (milliseconds since 1970). */
  | { readonly kind: 'waiting'; readonly until: number; readonly reason: string }
  /** The server refuses what is asked for: trying again would not help. */
  | { readonly kind: 'refused'; readonly reason: string };

export interface LiveOptions {
  /** The first wait after a loss; each further one is twice as long, up to half a minute. Default: 500 ms. */
  readonly firstWaitMs?: number;
  /** After which a stream that says nothing counts as lost; the server says something every 20 s. Default: 50 s. */
  readonly silenceMs?: number;
}

const longestWaitMs = 30_000;

/**
 * The page's only stream of events: whoever follows last is told. It comes back by itself where it was, by its cursor, so that a loss costs
 * neither a point nor a reload.
 */
export class LiveStream {
  readonly #api: Api;
  readonly #firstWaitMs: number;
  readonly #silenceMs: number;
  readonly #listeners = new Set<(state: LiveState) => void>();
  #state: LiveState = { kind: 'off' };
  #stop = new AbortController();
  #wake = () => {};

  constructor(api: Api, { firstWaitMs = 500, silenceMs = 50_000 }: LiveOptions = {}) {
    this.#api = api;
    this.#firstWaitMs = firstWaitMs;
    this.#silenceMs = silenceMs;
  }

  get state(): LiveState {
    return this.#state;
  }

  /** Tells of each change of the state, until the returned function is called. */
  watch(listener: (state: LiveState) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Follows, and stops following what it did before; the returned function ends it. */
  follow(following: Following): () => void {
    this.#stop.abort();
    const stop = new AbortController();
    this.#stop = stop;
    void this.#run(following, stop.signal);
    return () => {
      stop.abort();
      if (this.#stop === stop) this.#set({ kind: 'off' });
    };
  }

  /** Tries at once: the machine is awake again, or its network is back. */
  retry(): void {
    this.#wake();
  }

  async #run({ runs, cursor: start, onEvent }: Following, signal: AbortSignal): Promise<void> {
    let cursor = start;
    let losses = 0;
    this.#set({ kind: 'connecting' });
    while (!signal.aborted) {
      let reason = unreachable;
      let waitMs = 0;
      try {
        for await (const event of this.#events(runs, cursor, signal)) {
          losses = 0;
          if (signal.aborted) return;
          if (this.#state.kind !== 'live') this.#set({ kind: 'live' });
          if (event === null) continue;
          if (event.id !== '') cursor = event.id;
          if (event.event === 'run') onEvent({ type: 'run', run: JSON.parse(event.data) });
          if (event.event === 'points') onEvent({ type: 'points', points: JSON.parse(event.data) });
        }
        reason = 'The server has closed the stream.';
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof RequestError) {
          reason = error.message;
          if (!isPassing(error.status)) return this.#set({ kind: 'refused', reason });
          waitMs = error.status === 503 ? 5_000 : 0;
        } else if (!isAbort(error) && !isConnectionError(error)) throw error;
      }
      waitMs = Math.min(longestWaitMs, Math.max(waitMs, this.#firstWaitMs * 2 ** losses++));
      // Pages that were all cut off at once must not all come back at once.
      waitMs *= 0.75 + Math.random() / 2;
      this.#set({ kind: 'waiting', until: Date.now() + waitMs, reason });
      await this.#wait(waitMs, signal);
    }
  }

  async *#events(runs: readonly string[] | undefined, cursor: string | undefined, signal: AbortSignal) {
    const silence = new AbortController();
    let timer = setTimeout(() => silence.abort(), this.#silenceMs);
    try {
      const query = {
        ...(runs === undefined ? {} : { runs: runs.join(',') }),
        ...(cursor === undefined ? {} : { cursor }),
      };
      const either = AbortSignal.any([signal, silence.signal]);
      const response = await this.#api.experiments.events.$get({ query, header: {} }, { init: { signal: either } });
      if (!response.ok || response.body === null)
        throw refusal(response.status, await response.json().catch(() => undefined));
      for await (const event of readEvents(response.body)) {
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(), this.#silenceMs);
        yield event;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  #wait(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((done) => {
      const timer = setTimeout(done, ms);
      const end = () => {
        clearTimeout(timer);
        done();
      };
      this.#wake = end;
      signal.addEventListener('abort', end, { once: true });
    });
  }

  #set(state: LiveState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}

/** Whether another try may be answered otherwise. */
function isPassing(status: number | undefined): boolean {
  return status === undefined || status === 0 || status === 408 || status === 429 || status >= 500;
}
