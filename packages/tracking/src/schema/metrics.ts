import { doublePrecision, index, integer, primaryKey, real, text, timestamp } from 'drizzle-orm/pg-core';
import { retort } from './retort.ts';
import { runs } from './runs.ts';

/** A metric's name costs its bytes once, not once a point. */
export const metricNames = retort.table('metric_names', {
  id: integer().primaryKey().generatedAlwaysAsIdentity(),
  name: text().notNull().unique(),
});

/**
 * The points: made for 100 million of them. A point is a line of its run's `metrics.jsonl`, and that line's number is its
 * name: so it is there once, whoever sends it how often. The key's order is that in which curves are read. The columns
 * stand from wide to narrow, which leaves no gaps between them: 64 bytes a row.
 */
export const metrics = retort.table(
  'metrics',
  {
    value: doublePrecision().notNull(),
    time: timestamp({ withTimezone: true }).notNull(),
    runId: integer('run_id')
      .notNull()
      .references(() => runs.id, { onDelete: 'cascade' }),
    metricId: integer('metric_id')
      .notNull()
      .references(() => metricNames.id),
    /** The number of the line in `metrics.jsonl`, from 1. */
    line: integer().notNull(),
    step: integer(),
    epoch: real(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.metricId, table.line] })],
);

/** What is known of a curve without reading its points: kept as they come in, in the same transaction. */
export const runMetrics = retort.table(
  'run_metrics',
  {
    runId: integer('run_id')
      .notNull()
      .references(() => runs.id, { onDelete: 'cascade' }),
    metricId: integer('metric_id')
      .notNull()
      .references(() => metricNames.id),
    points: integer().notNull(),
    /** Of the points whose value is a number. Null if there is none. */
    min: doublePrecision(),
    max: doublePrecision(),
    /** The last point, in the order of the lines. */
    last: doublePrecision().notNull(),
    lastLine: integer('last_line').notNull(),
    lastStep: integer('last_step'),
    lastEpoch: real('last_epoch'),
  },
  (table) => [
    primaryKey({ columns: [table.runId, table.metricId] }),
    index('run_metrics_by_last').on(table.metricId, table.last),
  ],
);
