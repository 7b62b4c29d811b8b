import { createHash } from 'node:crypto';
import { createMiddleware } from 'hono/factory';
import { problemResponse } from '../api/problem.ts';
import type { ServerEnv } from './environment.ts';

/** Who has sent a request. */
export interface KeyHolder {
  readonly name: string;
}

/** Where keys are looked up by the SHA-256 of their text, in hex; undefined: unknown, revoked or expired. */
export interface KeyStore {
  find(hash: string): Promise<KeyHolder | undefined>;
}

/** How long an answer of the store holds, so that a revoked key is one no longer; and how many are kept. */
const heldMs = 10_000;
const held = 1_000;

/**
 * SHA-256 and no slow hash such as scrypt: a key is 256 random bits, so that there is no dictionary to try, and every request has to look
 * it up.
 */
export function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** Reading what there is needs no key; whatever makes the server work does. */
function needsKey(method: string): boolean {
  return method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS';
}

/** Asks for `Authorization: Bearer KEY` where a route computes or writes. */
export function requireKey(store: KeyStore) {
  const known = new Map<string, { readonly holder: KeyHolder | undefined; readonly until: number }>();
  const find = async (hash: string) => {
    const kept = known.get(hash);
    if (kept !== undefined && kept.until > performance.now()) return kept.holder;
    const holder = await store.find(hash);
    known.delete(hash);
    known.set(hash, { holder, until: performance.now() + heldMs });
    const [oldest] = known.keys();
    if (known.size > held) known.delete(oldest);
    return holder;
  };
  return createMiddleware<ServerEnv>(async (c, next) => {
    const [, key] = /^Bearer +(\S+) *$/i.exec(c.req.header('authorization') ?? '') ?? [];
    const needed = needsKey(c.req.method);
    const holder = key === undefined ? undefined : await find(hashKey(key)).catch((error) => unless(needed, error));
    if (holder !== undefined) c.set('caller', `key ${holder.name}`);
    else if (needed) return unauthorized(key);
    return next();
  });
}

/** Whoever needs no key is not kept by a store that fails. */
function unless(needed: boolean, error: unknown): undefined {
  if (needed) throw error;
  return undefined;
}

function unauthorized(key: string | undefined): Response {
  const detail =
    key === undefined
      ? 'an API key is needed: Authorization: Bearer KEY; keys are made by nx run server:key --create NAME'
      : 'the API key is unknown, revoked or expired';
  return problemResponse(401, detail, { headers: { 'www-authenticate': 'Bearer realm="retort"' } });
}
