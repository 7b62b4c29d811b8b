import { isIP } from 'node:net';
import { createMiddleware } from 'hono/factory';
import { problemResponse, shorten } from '../api/problem.ts';

/** What a request may call the server by, in its `Host`; the port does not matter. */
export interface HostRule {
  /** As `hostName` gives them. */
  readonly names: readonly string[];
  /** Which addresses may stand in place of a name: those of this machine for itself, or all. An address is never a foreign page's name. */
  readonly addresses: 'loopback' | 'any';
}

/** Whether only this machine reaches an address. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}

/** Of `LOCALHOST.:8080` `localhost`, of `[0::1]` `::1`; undefined where it is none. */
export function hostName(host: string): string | undefined {
  const url = `http://${isIP(host) === 6 ? `[${host}]` : host}`;
  if (!/^[\w.:[\]-]+$/.test(host) || !URL.canParse(url)) return undefined;
  return new URL(url).hostname.replace(/^\[|\]$|\.$/g, '');
}

/**
 * Refuses requests that call the server by a name that is none of its own. A page whose owner lets its name point to this machine for a moment (DNS rebinding) is
 * of the server's own origin to the browser, and may read all answers; but its requests carry that name.
 */
export function allowHosts({ names, addresses }: HostRule) {
  const own = new Set(names);
  const isOwn = (name: string) => own.has(name) || isLoopback(name) || (addresses === 'any' && isIP(name) !== 0);
  return createMiddleware(async (c, next) => {
    const given = c.req.header('host') ?? new URL(c.req.url).host;
    const name = hostName(given);
    if (name !== undefined && isOwn(name)) return next();
    const remedy = name === undefined ? '' : `; if it is, start it with --allowed-hosts ${shorten(name)}`;
    return problemResponse(421, `this server is not called "${shorten(given)}"${remedy}`);
  });
}
