import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase } from '../../testing/test-database.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

describe('a transaction whose connection is lost', () => {
  it('fails, and neither the process nor the next one with it', async () => {
    const { sql } = database;
    for (let i = 0; i < 20; i++) {
      const lost = sql.begin(async (tx) => {
        const [{ pid }] = await tx`select pg_backend_pid() as pid`;
        await sql`select pg_terminate_backend(${pid})`;
        // Until the process of the connection is gone, so that the next statement finds no socket.
        while ((await sql`select from pg_stat_activity where pid = ${pid}`).length > 0);
        await tx`select 1`;
      });
      await expect(lost).rejects.toThrow();
      expect(await sql.begin((tx) => tx`select 1 as one`)).toEqual([{ one: 1 }]);
    }
  });
});
