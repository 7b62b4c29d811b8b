import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { is } from 'drizzle-orm';
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import { createTestDatabase } from '../../testing/test-database.ts';
import * as schema from '../schema/index.ts';
import { openDatabase } from './open.ts';

describe('openDatabase', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.close());

  it('has the tables and columns that the schema describes', async () => {
    const tables = Object.values(schema).filter((value) => is(value, PgTable));
    expect(tables.length).toBeGreaterThan(8);
    for (const table of tables) {
      const { name, columns } = getTableConfig(table);
      const described = columns.map((column) => column.name).sort();
      const made = await database.sql`select column_name from information_schema.columns
        where table_schema = 'retort' and table_name = ${name}`;
      expect({ [name]: made.map(({ column_name }) => column_name).sort() }).toEqual({ [name]: described });
    }
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
