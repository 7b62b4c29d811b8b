import { stages } from '@retort/shared';
import type postgres from 'postgres';
import type { Sql } from '../database/open.ts';
import { compareFigures } from '../figure-order.ts';
import { flatten, type Leaf } from './flatten.ts';
import { alignConfigs, lineageConfigsSql } from './lineage-configs.ts';
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
  /** Stages whose configuration is compared: those of the runs and before them, as far as they are recorded of all of them. */
  readonly stages: readonly string[];
  /** The places of their configuration where the runs differ, such as `student.layers`. */
  readonly config: readonly ComparedValues<Leaf>[];
  /** What differs of the runs themselves beside it: seed, commit, engine, machine, versions; of reports the test set, by its checksum's beginning. */
  readonly environment: readonly ComparedValues<Leaf>[];
  /** Final figures, equal or not. */
  readonly figures: readonly ComparedValues<number>[];
  /** The last values of the curves. */
  readonly metrics: readonly ComparedValues<number>[];
}

type Document = Readonly<Record<string, unknown>> | null;
type Row = RunSummary & {
  readonly engine: Document;
  readonly machine: Document;
  readonly versions: Document;
  readonly last: Readonly<Record<string, number | null>>;
  readonly testSet: string | null;
};

/** Any number of runs side by side. A UserError if there is no such run. */
export async function compareRuns(sql: Sql, runs: readonly string[]): Promise<Comparison> {
  const keys = checkRunKeys(runs);
  const [summaries, configs] = await Promise.all([compareRunsSql(sql, keys), lineageConfigsSql(sql, keys)]);
  const found = new Map(summaries.map((row) => [row.run, row]));
  const rows = keys.map((key) => found.get(key) ?? fail(key));
  const environments = rows.map(({ seed, gitCommit, gitDirty, host, engine, machine, versions }) =>
    flatten({ seed, gitCommit, gitDirty, host, engine, machine, versions }),
  );
  const { stages: compared, lines } = alignConfigs(rows, configs, stages);
  return {
    runs: rows.map(({ engine, machine, versions, last, testSet, ...run }) => run),
    stages: compared,
    config: differing(lines),
    environment: [...testSets(rows), ...differing(align(environments))],
    figures: telling(align(rows.map(({ figures }) => new Map(Object.entries(figures))))),
    metrics: telling(
      align(rows.map(({ last }) => new Map(Object.entries(last).map(([name, value]) => [name, value ?? Number.NaN])))),
    ),
  };
}

/** Sums of the curves come as one document a run: a row a metric would be a thousand rows for ten runs. */
export function compareRunsSql(sql: Sql, keys: readonly string[]): postgres.PendingQuery<Row[]> {
  return sql<Row[]>`
    select ${summarySql(sql)}, r.engine, r.machine, r.versions,
      (select min(v.data_set) from retort.evaluations v where v.run_id = r.id) as "testSet", coalesce((
      select jsonb_object_agg(n.name, nullif(m.last, 'NaN'))
      from retort.run_metrics m join retort.metric_names n on n.id = m.metric_id where m.run_id = r.id), '{}') as last
    from retort.runs r join retort.experiments e on e.id = r.experiment_id
    where r.key = any(${[...keys]}::uuid[])`;
}

function align<T>(maps: readonly ReadonlyMap<string, T>[]): ComparedValues<T>[] {
  const names = [...new Set(maps.flatMap((map) => [...map.keys()]))];
  return names.map((name) => ({ name, values: maps.map((map) => map.get(name)) }));
}

/** A line where reports measured on different texts, on which accuracies do not compare. */
function testSets(rows: readonly Row[]): ComparedValues<Leaf>[] {
  const values = rows.map(({ testSet }) => testSet?.slice(0, 12));
  const different = new Set(values.filter((value) => value !== undefined));
  return different.size > 1 ? [{ name: 'testSet', values }] : [];
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
