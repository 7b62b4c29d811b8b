import type { LiveEvent, LivePoint, RunSummary } from '@retort/tracking';
import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { finite } from './json.ts';

/** The data of an event `run`. */
export type RunEvent = RunSummary;

/** The data of an event `points`. */
export interface PointsEvent {
  readonly run: string;
  /** `value` is null where the value was no number. */
  readonly points: readonly (Omit<LivePoint, 'value'> & { readonly value: number | null })[];
}

/** Proxies end what is silent for a minute. */
const silenceMs = 20_000;

/** Server-sent events, until the client goes or the feed is closed; `onEnd` is told then. */
export function streamEvents(
  c: Context,
  begin: (signal: AbortSignal) => AsyncGenerator<LiveEvent>,
  onEnd: () => void,
): Response {
  const gone = new AbortController();
  const end = () => {
    if (gone.signal.aborted) return;
    gone.abort();
    onEnd();
  };
  const events = begin(gone.signal);
  return streamSSE(c, async (stream) => {
    stream.onAbort(end);
    const timer = setInterval(() => void stream.write(': still here\n\n'), silenceMs).unref();
    try {
      // Browsers take an answer for open when its first bytes are there.
      await stream.write(': follows\n\n');
      for await (const event of events) {
        if (stream.aborted) return;
        await stream.writeSSE({ id: event.cursor, event: event.type, data: dataOf(event) });
      }
    } finally {
      clearInterval(timer);
      end();
    }
  });
}

/** The cursor is the event's id. */
function dataOf(event: LiveEvent): string {
  if (event.type === 'ready') return '{}';
  if (event.type === 'run') return JSON.stringify(event.run satisfies RunEvent);
  const points = event.points.map((point) => ({ ...point, value: finite(point.value) }));
  return JSON.stringify({ run: event.run, points } satisfies PointsEvent);
}
