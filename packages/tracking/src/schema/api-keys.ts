import { sql } from 'drizzle-orm';
import { check, integer, text, timestamp } from 'drizzle-orm/pg-core';
import { retort } from './retort.ts';

const time = (name: string) => timestamp(name, { withTimezone: true });

/** Keys of the server's API. A key is shown once, when it is made; only its hash is kept. */
export const apiKeys = retort.table(
  'api_keys',
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    name: text().notNull().unique(),
    /** The key's first characters, by which people tell keys apart. */
    prefix: text().notNull(),
    /** The sha256 of the key: keys are random and long, so that no slow hash is needed. */
    hash: text().notNull().unique(),
    scopes: text().array().notNull(),
    createdAt: time('created_at').notNull().defaultNow(),
    lastUsedAt: time('last_used_at'),
    expiresAt: time('expires_at'),
    revokedAt: time('revoked_at'),
  },
  (table) => [check('api_keys_hash', sql`${table.hash} ~ '^[0-9a-f]{64}$'`)],
);
