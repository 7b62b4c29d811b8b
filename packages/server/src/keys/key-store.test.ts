import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDatabase } from '@retort/tracking';
import { createTestDatabase } from '@retort/tracking/testing';
import { hashKey } from '../http/auth.ts';
import { formatKeys } from './command.ts';
import { createKey, keyStore, listKeys, revokeKey } from './key-store.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
const find = (key: string) => keyStore(database.sql).find(hashKey(key));

describe('a key', () => {
  it('is found by its hash, and its use is noted', async () => {
    const key = await createKey(database.sql, 'first');
    expect(key).toMatch(/^rt_[\w-]{43}$/);
    expect(await find(key)).toEqual({ name: 'first' });
    expect((await listKeys(database.sql)).find(({ name }) => name === 'first')?.lastUsedAt).toBeInstanceOf(Date);
  });

  it('is nowhere in the database', async () => {
    const key = await createKey(database.sql, 'secret');
    const rows = await database.sql`select t::text as row from retort.api_keys t`;
    expect(rows.some(({ row }) => row.includes(key) || row.includes(key.slice(12)))).toBe(false);
  });

  it('is unknown once it is revoked or has expired', async () => {
    const revoked = await createKey(database.sql, 'revoked');
    const expired = await createKey(database.sql, 'expired', new Date(0));
    await revokeKey(database.sql, 'revoked');
    expect([await find(revoked), await find(expired), await find('rt_unknown')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('cannot be looked up while the database is away, which may pass', async () => {
    const gone = await openDatabase('', { ...database.options, migrate: false });
    await gone.close();
    await expect(keyStore(gone.sql).find(hashKey('rt_any'))).rejects.toMatchObject({ status: 503 });
  });

  it('has a name of its own', async () => {
    await createKey(database.sql, 'twice');
    await expect(createKey(database.sql, 'twice')).rejects.toMatchObject({ name: 'UserError' });
  });

  it('that is not there cannot be revoked', async () => {
    await expect(revokeKey(database.sql, 'nobody')).rejects.toMatchObject({ message: 'there is no key "nobody"' });
  });
});

it('lists keys by their first characters and their state', () => {
  const times = { createdAt: new Date('2026-01-02'), lastUsedAt: null, expiresAt: null, revokedAt: null };
  const row = { name: 'one', prefix: 'rt_abcdef', ...times };
  expect(formatKeys([row, { ...row, name: 'other', revokedAt: new Date('2026-02-03') }])).toBe(
    'name   key         made        last used  state\n' +
      'one    rt_abcdef…  2026-01-02  -          valid\n' +
      'other  rt_abcdef…  2026-01-02  -          revoked 2026-02-03\n',
  );
});
