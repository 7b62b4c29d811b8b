import { createMiddleware } from 'hono/factory';
import { matchedRoutes } from 'hono/route';
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
export function recordRequests(record: (request: RequestRecord) => void) {
  return createMiddleware<ServerEnv>(async (c, next) => {
    const started = performance.now();
    c.set('caller', c.env?.incoming?.socket.remoteAddress ?? 'unknown');
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

/** A line of JSON a request, defects with their stacks. */
export function jsonLog(stream: { write(line: string): unknown }) {
  const line = (level: string, fields: object) =>
    stream.write(`${JSON.stringify({ time: new Date().toISOString(), level, ...fields })}\n`);
  return {
    request: ({ ms, ...request }: RequestRecord) =>
      line(request.status >= 500 ? 'error' : 'info', { event: 'request', ...request, ms: Math.round(ms * 100) / 100 }),
    defect: (error: Error, requestId: string) =>
      line('error', { event: 'defect', id: requestId, error: error.stack ?? error.message }),
    event: (event: string, fields: object = {}) => line('info', { event, ...fields }),
  };
}

export type Log = ReturnType<typeof jsonLog>;
