import { cors } from 'hono/cors';
import { createMiddleware } from 'hono/factory';
import { secureHeaders } from 'hono/secure-headers';

/** What browsers may do with the pages and answers. No inline script, nothing from elsewhere. */
export const securityHeaders = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'self'"],
    imgSrc: ["'self'", 'blob:'], // What the dashboard draws into a picture to be saved.
    frameAncestors: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
    objectSrc: ["'none'"],
  },
  strictTransportSecurity: false, // The server speaks plain HTTP: whoever puts TLS before it decides that.
});

/** Pages of these origins, such as `https://example.org`, may call the API; by default none may. */
export function allowOrigins(origins: readonly string[]) {
  if (origins.length === 0) return createMiddleware((_, next) => next());
  return cors({
    origin: [...origins],
    allowHeaders: ['authorization', 'content-type', 'prefer', 'x-request-id'],
    exposeHeaders: ['retry-after', 'server-timing', 'x-request-id'],
    maxAge: 600,
  });
}
