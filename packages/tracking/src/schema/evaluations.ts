import { sql } from 'drizzle-orm';
import { check, doublePrecision, index, integer, text, unique } from 'drizzle-orm/pg-core';
import { retort } from './retort.ts';
import { runs } from './runs.ts';

/** One figure of one model on one data set, as a report measured it. */
export const evaluations = retort.table(
  'evaluations',
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    /** The run of `report` that measured it. */
    runId: integer('run_id')
      .notNull()
      .references(() => runs.id, { onDelete: 'cascade' }),
    /** `teacher`, `student`, `teacher-int8`, `student-int8`. */
    model: text().notNull(),
    /** The sha256 of the split: figures compare on the same texts only. */
    dataSet: text('data_set').notNull(),
    /** A part of the data set, such as `label=ai`. Empty: all of it. */
    slice: text().notNull().default(''),
    metric: text().notNull(),
    value: doublePrecision().notNull(),
    /** The 95 % interval, where there is one. */
    low: doublePrecision(),
    high: doublePrecision(),
    /** Texts that the figure is of. */
    n: integer().notNull(),
  },
  (table) => [
    unique('evaluations_figure').on(table.runId, table.model, table.dataSet, table.slice, table.metric),
    check('evaluations_interval', sql`(${table.low} is null) = (${table.high} is null)`),
    index('evaluations_by_metric').on(table.dataSet, table.metric, table.slice, table.model),
  ],
);

/** Two models on the same texts, text by text: McNemar's test. */
export const comparisons = retort.table(
  'comparisons',
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    runId: integer('run_id')
      .notNull()
      .references(() => runs.id, { onDelete: 'cascade' }),
    modelA: text('model_a').notNull(),
    modelB: text('model_b').notNull(),
    dataSet: text('data_set').notNull(),
    slice: text().notNull().default(''),
    /** Texts that only the first, and only the second model got right. */
    onlyA: integer('only_a').notNull(),
    onlyB: integer('only_b').notNull(),
    n: integer().notNull(),
    p: doublePrecision().notNull(),
  },
  (table) => [
    unique('comparisons_pair').on(table.runId, table.modelA, table.modelB, table.dataSet, table.slice),
    check('comparisons_p', sql`${table.p} between 0 and 1`),
  ],
);
