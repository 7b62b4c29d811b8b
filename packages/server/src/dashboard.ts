import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';

/** The page's views: each is a URL, and for each of them the page is the same. */
const views = ['/compare', '/tradeoff', '/runs/:run', '/playground'];

/**
 * The built page's files. serveStatic refuses every path that leaves the folder. Files in `assets/` carry a hash of their
 * content in their names and are kept by browsers; the rest is asked for each time.
 */
export function dashboardFiles(folder: string): Hono {
  return new Hono()
    .use(async (c, next) => {
      await next();
      const lasting = c.req.path.startsWith('/assets/') && c.res.ok;
      c.header('cache-control', lasting ? 'public, max-age=31536000, immutable' : 'no-cache');
    })
    .on('GET', views, serveStatic({ root: folder, path: 'index.html' }))
    .use(serveStatic({ root: folder }));
}
