import { sql } from 'drizzle-orm';
import { bigint, boolean, check, index, integer, jsonb, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { retort } from './retort.ts';

const time = (name: string) => timestamp(name, { withTimezone: true });

/** A folder of `experiments/`. A further seed, `essays@2`, is its `essays` with `runs.seed` 2. */
export const experiments = retort.table('experiments', {
  id: integer().primaryKey().generatedAlwaysAsIdentity(),
  name: text().notNull().unique(),
  createdAt: time('created_at').notNull().defaultNow(),
});

/** `killed`: a signal ended it, or it is gone without a word. */
export const runStatuses = ['running', 'succeeded', 'failed', 'killed'] as const;
export type RunStatus = (typeof runStatuses)[number];

/** One execution of one stage. */
export const runs = retort.table(
  'runs',
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    /** The name that the stage gave its run: the same wherever its folder is copied to, or restored by Nx. */
    key: uuid().notNull().unique(),
    experimentId: integer('experiment_id')
      .notNull()
      .references(() => experiments.id),
    /** What the artifacts lie under: the experiment's name, with `@seed` for a further seed. */
    project: text().notNull(),
    stage: text().notNull(),
    status: text({ enum: runStatuses }).notNull(),
    seed: bigint({ mode: 'number' }),
    /** The stage's slice of the resolved configuration. */
    config: jsonb().$type<Record<string, unknown>>().notNull().default({}),
    gitCommit: text('git_commit'),
    gitDirty: boolean('git_dirty'),
    host: text(),
    machine: jsonb().$type<Record<string, unknown>>(),
    /** What a training computed with: name, backend, choice. */
    engine: jsonb().$type<Record<string, unknown>>(),
    versions: jsonb().$type<Record<string, string>>(),
    startedAt: time('started_at').notNull(),
    /** Null while it runs. */
    endedAt: time('ended_at'),
    /** Why it ended, if it did not succeed: the error's first line, or a signal's name. */
    exitReason: text('exit_reason'),
    /** The final figures that the stage reported, by name. */
    figures: jsonb().$type<Record<string, number>>().notNull().default({}),
    /** The folder whose `metrics.jsonl` is the truth, relative to the workspace. Null when it is gone. */
    folder: text(),
    /** Where that folder lies: the machine's name, `:` and the workspace's path. Several may share a database. */
    workspace: text(),
    /** Lines of `metrics.jsonl` that are in `metrics`, and the bytes that they take there. */
    lines: integer().notNull().default(0),
    bytes: bigint({ mode: 'number' }).notNull().default(0),
    /** What people add. Reading the folders again never changes these three. */
    notes: text().notNull().default(''),
    tags: text().array().notNull().default(sql`'{}'`),
    archivedAt: time('archived_at'),
    /** When anything of this row changed. */
    updatedAt: time('updated_at').notNull().defaultNow(),
  },
  (table) => [
    check('runs_status', sql`${table.status} in ('running', 'succeeded', 'failed', 'killed')`),
    check('runs_ended', sql`(${table.status} = 'running') = (${table.endedAt} is null)`),
    check('runs_lines', sql`${table.lines} >= 0 and ${table.bytes} >= 0`),
    index('runs_newest').on(table.startedAt.desc().nullsFirst(), table.id.desc().nullsFirst()),
    index('runs_of_experiment').on(
      table.experimentId,
      table.stage,
      table.startedAt.desc().nullsFirst(),
      table.id.desc().nullsFirst(),
    ),
    index('runs_running').on(table.id).where(sql`${table.status} = 'running'`),
    index('runs_config').using('gin', table.config.op('jsonb_path_ops')),
    index('runs_tags').using('gin', table.tags),
  ],
);
