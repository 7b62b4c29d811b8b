import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { newestMigration } from '../src/database/migrate.ts';
import { type Database, findTarget, type OpenOptions, openDatabase } from '../src/database/open.ts';

/** One server for all tests of this checkout, whichever package they are of. It stops after the last of them. */
const folder = fileURLToPath(new URL('../../../.retort/test-postgres', import.meta.url));
const extra = 'fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n';
const where: OpenOptions = { folder, server: { extra }, application: 'retort test' };

/** A new database, empty but for the schema, on a real server: the embedded one, or the one that DATABASE_URL names. */
export async function createTestDatabase(): Promise<
  Database & { readonly name: string; readonly options: OpenOptions }
> {
  const target = await findTarget('', { ...where, max: 1 });
  const admin = postgres(target.options);
  const template = `retort_template_${newestMigration()}`;
  const name = `retort_test_${process.pid}_${Math.random().toString(36).slice(2, 10)}`;
  try {
    await admin`select pg_advisory_lock(47110815)`;
    const [known] = await admin`select 1 from pg_database where datname = ${template}`;
    if (known === undefined) {
      await admin.unsafe(`create database ${template}_new`);
      await (await openDatabase('', { ...where, database: `${template}_new` })).close();
      await admin.unsafe(`alter database ${template}_new rename to ${template}`);
    }
    await admin.unsafe(`create database ${name} template ${template}`);
    await admin`select pg_advisory_unlock(47110815)`;
  } catch (error) {
    await admin.end();
    await target.release();
    throw error;
  }
  const options = { ...where, database: name };
  const database = await openDatabase('', { ...options, migrate: false });
  return {
    ...database,
    name,
    options,
    async close() {
      await database.close();
      await admin.unsafe(`drop database if exists ${name} with (force)`);
      await admin.end();
      await target.release();
    },
  };
}
