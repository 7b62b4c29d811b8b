import type postgres from 'postgres';
import type { Sql } from '../database/open.ts';
import { compareFigures } from '../figure-order.ts';
import { flatten, type Leaf } from './flatten.ts';
import { checkRunKeys, noRun } from './run-keys.ts';
import { type RunSummary, summarySql } from './run-summary.ts';

/** A line of the comparison: one value a run, in the order of the runs. */
export interface ComparedValues<T> {
  readonly name: string;
  /** Undefined for a run that has none. */
  readonly values: readonly (T | undefined)[];
}

export interface Comparison {
  /** In the order in which they were asked for. */
  readonly runs: readonly RunSummary[];
  /** The places of the configuration where the runs differ, such as `student.layers`. */
  readonly config: readonly ComparedValues<Leaf>[];
  /** What differs beside it: seed, commit, engine, machine, versions. */
  readonly environment: readonly ComparedValues<Leaf>[];
  /** Final figures, equal or not. */
  readonly figures: readonly ComparedValues<number>[];
  /** The last values of the curves. */
  readonly metrics: readonly ComparedValues<number>[];
}

type Document = Readonly<Record<string, unknown>> | null;
type Row = RunSummary & {
  readonly config: Document;
  readonly engine: Document;
  readonly machine: Document;
  readonly versions: Document;
  readonly last: Readonly<Record<string, number | null>>;
};

/** Any number of runs side by side. A UserError if there is no such run. */
export async function compareRuns(sql: Sql, runs: readonly string[]): Promise<Comparison> {
  const keys = checkRunKeys(runs);
  const found = new Map((await compareRunsSql(sql, keys)).map((row) => [row.run, row]));
  const rows = keys.map((key) => found.get(key) ?? fail(key));
  const environments = rows.map(({ seed, gitCommit, gitDirty, host, engine, machine, versions }) =>
    flatten({ seed, gitCommit, gitDirty, host, engine, machine, versions }),
  );
  return {
    runs: rows.map(({ config, engine, machine, versions, last, ...run }) => run),
    config: differing(align(rows.map(({ config }) => flatten(config)))),
    environment: differing(align(environments)),
    figures: telling(align(rows.map(({ figures }) => new Map(Object.entries(figures))))),
    metrics: telling(
      align(rows.map(({ last }) => new Map(Object.entries(last).map(([name, value]) => [name, value ?? Number.NaN])))),
    ),
  };
}

/** Sums of the curves come as one document a run: a row a metric would be a thousand rows for ten runs. */
export function compareRunsSql(sql: Sql, keys: readonly string[]): postgres.PendingQuery<Row[]> {
  return sql<Row[]>`
    select ${summarySql(sql)}, r.config, r.engine, r.machine, r.versions, coalesce((
      select jsonb_object_agg(n.name, nullif(m.last, 'NaN'))
      from retort.run_metrics m join retort.metric_names n on n.id = m.metric_id where m.run_id = r.id), '{}') as last
    from retort.runs r join retort.experiments e on e.id = r.experiment_id
    where r.key = any(${[...keys]}::uuid[])`;
}

function align<T>(maps: readonly ReadonlyMap<string, T>[]): ComparedValues<T>[] {
  const names = [...new Set(maps.flatMap((map) => [...map.keys()]))];
  return names.map((name) => ({ name, values: maps.map((map) => map.get(name)) }));
}

function telling<T>(lines: readonly ComparedValues<T>[]): ComparedValues<T>[] {
  return [...lines].sort((a, b) => compareFigures(a.name, b.name));
}

function differing(lines: readonly ComparedValues<Leaf>[]): ComparedValues<Leaf>[] {
  return lines.filter(({ values }) => values.some((value) => value !== values[0]));
}

function fail(key: string): never {
  throw noRun(key);
}
