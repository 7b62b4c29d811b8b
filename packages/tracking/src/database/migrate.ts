import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UserError } from '@retort/shared/recording';
import postgres from 'postgres';

/** As deep below the package in `src` as in `dist`. */
export const migrationsFolder = fileURLToPath(new URL('../../migrations', import.meta.url));

/** Any number that nobody else locks: drizzle's `migrate` takes no lock. */
const lock = 7_240_611_873;

/**
 * Brings the schema up to date, or leaves it as it is. Processes that start at once take turns. A schema that a newer Retort
 * made is refused: what this one would write might be wrong there.
 */
export async function migrate(options: postgres.Options<Record<string, postgres.PostgresType>>): Promise<void> {
  const sql = postgres({ ...options, max: 1 });
  try {
    const newest = newestMigration();
    if ((await appliedMigration(sql)) !== newest) {
      await sql`select pg_advisory_lock(${lock}::bigint)`;
      const applied = await appliedMigration(sql);
      if (applied > newest) throw newerSchema();
      if (applied < newest) {
        // Loaded only here: it takes longer to load than everything else that a recorder does.
        const { drizzle } = await import('drizzle-orm/postgres-js');
        const { migrate: applyMigrations } = await import('drizzle-orm/postgres-js/migrator');
        await applyMigrations(drizzle(sql), {
          migrationsFolder,
          migrationsSchema: 'retort',
          migrationsTable: 'migrations',
        });
      }
    }
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** When the newest migration was made: by that drizzle tells which are applied. */
export function newestMigration(): number {
  const journal = JSON.parse(readFileSync(`${migrationsFolder}/meta/_journal.json`, 'utf8')) as {
    entries: { when: number }[];
  };
  return Math.max(...journal.entries.map(({ when }) => when));
}

/** The newest migration of a database; 0 if it has none. */
export async function appliedMigration(sql: postgres.Sql): Promise<number> {
  const [{ there }] = await sql`select to_regclass('retort.migrations') is not null as there`;
  if (!there) return 0;
  const [{ newest }] = await sql`select coalesce(max(created_at), 0)::float8 as newest from retort.migrations`;
  return newest;
}

function newerSchema(): UserError {
  return new UserError('the database has the schema of a newer Retort', {
    place: { field: 'retort.migrations' },
    remedy: 'bring this checkout up to date, or use another database; the folders keep everything meanwhile',
  });
}
