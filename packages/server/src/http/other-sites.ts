import { createMiddleware } from 'hono/factory';
import { problemResponse } from '../api/problem.ts';

/**
 * Refuses what pages of other sites ask of the server, but for links to it and for pages of `origins`. CORS alone keeps answers from such a page, but not a
 * stream from being opened, or a slow question from being asked. Browsers themselves say where a request comes from, over TLS and to the loopback address; others
 * cannot be asked by a page.
 */
export function refuseOtherSites(origins: readonly string[]) {
  const allowed = new Set(origins);
  return createMiddleware(async (c, next) => {
    if (c.req.header('sec-fetch-site') !== 'cross-site') return next();
    const link = c.req.method === 'GET' && c.req.header('sec-fetch-dest') === 'document';
    if (link || allowed.has(c.req.header('origin') ?? '')) return next();
    return problemResponse(403, 'pages of other sites may not call this server; --cors names those that may');
  });
}
