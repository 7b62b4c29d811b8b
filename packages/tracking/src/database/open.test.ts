import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase } from '../../testing/test-database.ts';
import { experiments } from '../schema/index.ts';
import { openDatabase } from './open.ts';

describe('openDatabase', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.close());

  it('gives drizzle and raw SQL the same database', async () => {
    await database.db.insert(experiments).values({ name: 'sample' });
    expect(await database.sql`select name from retort.experiments`).toEqual([{ name: 'sample' }]);
  });

  it('reads counts as numbers', async () => {
    const [{ n }] = await database.sql`select count(*) as n from retort.runs`;
    expect(n).toBe(0);
  });

  it('refuses the schema of a newer Retort', async () => {
    await database.sql`insert into retort.migrations (hash, created_at) values ('later', 99999999999999)`;
    await expect(openDatabase('', database.options)).rejects.toThrow('the schema of a newer Retort');
    await database.sql`delete from retort.migrations where hash = 'later'`;
  });
});
