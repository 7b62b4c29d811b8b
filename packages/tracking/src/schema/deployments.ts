import { sql } from 'drizzle-orm';
import { check, index, integer, jsonb, text, timestamp } from 'drizzle-orm/pg-core';
import { artifacts } from './artifacts.ts';
import { retort } from './retort.ts';

/** A model that was put into service, and since when another one is. */
export const deployments = retort.table(
  'deployments',
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    /** The service's name, such as the model's id in the API. */
    name: text().notNull(),
    /** Null for a model folder that no run made. */
    artifactId: integer('artifact_id').references(() => artifacts.id),
    folder: text().notNull(),
    status: text({ enum: ['active', 'retired', 'failed'] })
      .notNull()
      .default('active'),
    host: text().notNull(),
    url: text(),
    config: jsonb().$type<Record<string, unknown>>().notNull().default({}),
    startedAt: timestamp('started_at', { withTimezone: true }).notNull().defaultNow(),
    endedAt: timestamp('ended_at', { withTimezone: true }),
    note: text().notNull().default(''),
  },
  (table) => [
    check('deployments_status', sql`${table.status} in ('active', 'retired', 'failed')`),
    check('deployments_ended', sql`(${table.status} = 'active') = (${table.endedAt} is null)`),
    index('deployments_newest').on(table.startedAt.desc().nullsFirst(), table.id.desc().nullsFirst()),
    index('deployments_by_artifact').on(table.artifactId),
  ],
);
