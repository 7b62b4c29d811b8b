import { randomBytes } from 'node:crypto';
import { UserError } from '@retort/shared';
import { isPassing, type Sql } from '@retort/tracking';
import { HTTPException } from 'hono/http-exception';
import { hashKey, type KeyStore } from '../http/auth.ts';

/** A key, as it is listed; never the key itself. */
export interface KeyRow {
  readonly name: string;
  /** The key's first characters, by which people tell keys apart. */
  readonly prefix: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
}

const start = 'rt_';

/** Makes a key of 256 random bits and keeps its hash. The key is returned this once. */
export async function createKey(sql: Sql, name: string, expiresAt?: Date): Promise<string> {
  const key = start + randomBytes(32).toString('base64url');
  const made = await sql`
    insert into retort.api_keys (name, prefix, hash, scopes, expires_at)
    values (${name}, ${key.slice(0, start.length + 6)}, ${hashKey(key)}, ${['classify']}, ${expiresAt ?? null})
    on conflict (name) do nothing returning id`;
  if (made.length > 0) return key;
  throw new UserError(`there is a key "${name}" already`, {
    remedy: 'choose another name; a revoked key keeps its name, so that the log stays clear',
  });
}

export function listKeys(sql: Sql): Promise<KeyRow[]> {
  return sql<KeyRow[]>`
    select name, prefix, created_at as "createdAt", last_used_at as "lastUsedAt", expires_at as "expiresAt", revoked_at as "revokedAt"
    from retort.api_keys order by created_at, id`;
}

/** Servers take it for another ten seconds at most. */
export async function revokeKey(sql: Sql, name: string): Promise<void> {
  const rows = await sql`
    update retort.api_keys set revoked_at = coalesce(revoked_at, now()) where name = ${name} returning id`;
  if (rows.length === 0) throw new UserError(`there is no key "${name}"`, { remedy: 'see: nx run server:key --list' });
}

/** The keys in Postgres. While it does not answer, nobody knows which keys hold: an HTTPException 503. */
export function keyStore(sql: Sql): KeyStore {
  return {
    async find(hash) {
      try {
        const [found] = await sql<{ name: string }[]>`
          update retort.api_keys set last_used_at = now()
          where hash = ${hash} and revoked_at is null and (expires_at is null or expires_at > now()) returning name`;
        return found;
      } catch (cause) {
        if (!isPassing(cause)) throw cause;
        throw new HTTPException(503, {
          message: 'the API keys cannot be looked up: their database does not answer',
          cause,
        });
      }
    },
  };
}
