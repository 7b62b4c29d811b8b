import { meanInterval } from '@retort/shared';
import type { Sql } from '../database/open.ts';
import { type Filter, parseField } from '../filter/index.ts';
import { conditionSql } from './condition-sql.ts';
import { columnSql, valueSql } from './field-sql.ts';

/** Runs that differ in nothing but their seed, and what they give in the mean. */
export interface SeedGroup {
  readonly experiment: string;
  readonly stage: string;
  /** One a seed, the newest of each; by seed. */
  readonly runs: readonly { readonly run: string; readonly seed: number | null; readonly value: number }[];
  readonly mean: number;
  /** Student's 95 % interval of the mean. Null for a single run. */
  readonly interval: readonly [low: number, high: number] | null;
}

export interface SeedQuery {
  /** What is averaged: `accuracy`, `min(loss)`, `took`. */
  readonly of: string;
  readonly filter?: string | Filter;
}

interface Row {
  readonly experiment: string;
  readonly stage: string;
  readonly runs: string[];
  readonly seeds: (number | null)[];
  readonly values: number[];
}

/**
 * Groups of succeeded runs of one experiment, stage and configuration, whatever their seeds, the largest groups first. A run
 * that was made again counts once.
 */
export async function seedGroups(sql: Sql, { of, filter = '' }: SeedQuery): Promise<SeedGroup[]> {
  const field = parseField(of);
  const value = field.kind === 'column' ? columnSql(sql, field.name) : valueSql(sql, field).number;
  const rows = await sql<Row[]>`
    with newest as (
      select distinct on (r.experiment_id, r.stage, r.config - 'seed', r.project, r.seed)
        r.experiment_id, e.name, r.stage, r.config - 'seed' as config, r.key, r.seed, r.started_at,
        ${value}::float8 as value
      from retort.runs r join retort.experiments e on e.id = r.experiment_id
      where r.status = 'succeeded' and ${conditionSql(sql, filter)}
      order by r.experiment_id, r.stage, r.config - 'seed', r.project, r.seed, r.started_at desc, r.id desc
    )
    select name as experiment, stage, array_agg(key::text order by seed, key) as runs,
      array_agg(seed::float8 order by seed, key) as seeds, array_agg(value order by seed, key) as values
    from newest where value is not null
    group by experiment_id, name, stage, config
    order by count(*) desc, max(started_at) desc`;
  return rows.map(({ experiment, stage, runs, seeds, values }) => ({
    experiment,
    stage,
    runs: runs.map((run, i) => ({ run, seed: seeds[i], value: values[i] })),
    ...(values.length > 1 ? meanInterval(values) : { mean: values[0], interval: null }),
  }));
}
