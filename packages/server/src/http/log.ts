import { createMiddleware } from 'hono/factory';
import { matchedRoutes } from 'hono/route';
import type { createCallerAddress } from './caller.ts';
import type { ServerEnv } from './environment.ts';

/** One request, as it is logged and counted: never its texts. */
export interface RequestRecord {
  readonly id: string;
  readonly method: string;
  /** The route's pattern, such as `/models/{model}`; `*` for none. */
  readonly route: string;
  readonly status: number;
  readonly ms: number;
  readonly caller: string;
  readonly model?: string;
  readonly texts?: number;
}

/** Tells of each request when its answer is there. */
export function recordRequests(
  callerAddress: ReturnType<typeof createCallerAddress>,
  record: (request: RequestRecord) => void,
) {
  return createMiddleware<ServerEnv>(async (c, next) => {
    const started = performance.now();
    const connected = c.env?.incoming?.socket.remoteAddress;
    c.set('caller', callerAddress(connected, c.req.header('x-forwarded-for')) ?? 'unknown');
    await next();
    record({
      id: c.get('requestId'),
      method: c.req.method,
      route: routeOf(matchedRoutes(c)),
      status: c.res.status,
      ms: performance.now() - started,
      caller: c.get('caller'),
      model: c.get('model'),
      texts: c.get('texts'),
    });
  });
}

/** The pattern of the route that answered: middleware and the page's files match by a star. */
function routeOf(matched: readonly { readonly path: string }[]): string {
  const route = matched.findLast(({ path }) => !path.endsWith('*'));
  return route?.path.replace(/:(\w+)/g, '{$1}') ?? '*';
}

/** What a log holds: requests and what happens, or of both what somebody should look at, or nothing. */
export const logChoices = ['requests', 'errors', 'off'] as const;
export type LogChoice = (typeof logChoices)[number];

type Level = 'info' | 'error';

/** A line of JSON a request, defects with their stacks. `errors` has defects and events of that level, and no requests: those that failed have a defect, or are the client's. */
export function jsonLog(stream: { write(line: string): unknown }, choice: LogChoice = 'requests') {
  const line = (level: Level, fields: object) => {
    if (choice === 'off' || (choice === 'errors' && level === 'info')) return;
    stream.write(`${JSON.stringify({ time: new Date().toISOString(), level, ...fields })}\n`);
  };
  return {
    request: ({ ms, ...request }: RequestRecord) => {
      if (choice !== 'requests') return;
      line(request.status >= 500 ? 'error' : 'info', { event: 'request', ...request, ms: Math.round(ms * 100) / 100 });
    },
    defect: (error: Error, requestId: string) =>
      line('error', { event: 'defect', id: requestId, error: error.stack ?? error.message }),
    /** Something that happened; `trouble`: that somebody should look at. */
    event: (event: string, fields: object = {}) => line('info', { event, ...fields }),
    trouble: (event: string, fields: object = {}) => line('error', { event, ...fields }),
  };
}

export type Log = ReturnType<typeof jsonLog>;
