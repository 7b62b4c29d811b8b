import { UserError } from '@retort/shared';
import type { Sql } from '../database/open.ts';
import { type Evaluation, findEvaluations } from '../queries/evaluations.ts';
import { exportPoints } from '../queries/export-points.ts';
import { findRuns } from '../queries/find-runs.ts';
import { flatten } from '../queries/flatten.ts';
import { getRun, type RunDetail } from '../queries/get-run.ts';
import { csvLine } from './csv.ts';

export const exports = ['runs', 'points', 'evaluations'] as const;
export const formats = ['json', 'csv'] as const;

export interface ExportQuery {
  readonly what: (typeof exports)[number];
  readonly format: (typeof formats)[number];
  readonly filter: string;
}

/** The parts of a file that holds what the runs of a filter have: never all of it in memory, for points are many. */
export async function* exportParts(sql: Sql, { what, format, filter }: ExportQuery): AsyncGenerator<string> {
  switch (what) {
    case 'runs':
      return yield* format === 'json' ? jsonParts(details(sql, filter)) : runsCsv(await collect(details(sql, filter)));
    case 'points':
      return yield* format === 'json' ? jsonParts(points(sql, filter)) : csvParts(pointColumns, points(sql, filter));
    case 'evaluations':
      return yield* format === 'json'
        ? jsonParts(evaluations(sql, filter))
        : csvParts(evaluationColumns, evaluations(sql, filter));
  }
}

const pointColumns = ['run', 'metric', 'line', 'step', 'epoch', 'time', 'value'] as const;
const evaluationColumns = [
  'run',
  'experiment',
  'project',
  'model',
  'dataSet',
  'slice',
  'metric',
  'value',
  'low',
  'high',
  'n',
] as const;

/** The names of the runs, the oldest first. */
async function* keys(sql: Sql, filter: string): AsyncGenerator<string> {
  let after: string | undefined;
  do {
    const page = await findRuns(sql, { filter, sort: 'started', limit: 1000, after });
    for (const { run } of page.runs) yield run;
    after = page.next ?? undefined;
  } while (after !== undefined);
}

async function* details(sql: Sql, filter: string): AsyncGenerator<RunDetail> {
  for await (const run of keys(sql, filter)) yield await getRun(sql, run);
}

async function* points(sql: Sql, filter: string) {
  for await (const run of keys(sql, filter)) {
    for await (const batch of exportPoints(sql, [run])) yield* batch;
  }
}

async function* evaluations(sql: Sql, filter: string): AsyncGenerator<Evaluation> {
  for await (const run of keys(sql, filter)) yield* await findEvaluations(sql, { run, limit: 100_000 });
}

/** An array with an element a line. JSON has no NaN: it is null. */
async function* jsonParts(items: AsyncIterable<object>): AsyncGenerator<string> {
  let separator = '[\n';
  for await (const item of items) {
    yield `${separator}${JSON.stringify(item)}`;
    separator = ',\n';
  }
  yield separator === '[\n' ? '[]\n' : '\n]\n';
}

async function* csvParts<K extends string>(
  columns: readonly K[],
  rows: AsyncIterable<Readonly<Record<K, unknown>>>,
): AsyncGenerator<string> {
  yield csvLine(columns);
  for await (const row of rows) yield csvLine(columns.map((column) => row[column]));
}

/** A column for every place of the configurations, every figure and every curve's last value that any run has. */
function* runsCsv(runs: readonly RunDetail[]): Generator<string> {
  const rows = runs.map(({ figures, config, curves, engine, machine, versions, tags, ...run }) => {
    const last = Object.fromEntries(Object.entries(curves).map(([name, curve]) => [name, curve.last]));
    return new Map<string, unknown>([
      ...Object.entries(run),
      ['tags', tags.join(' ')],
      ...prefixed('config', flatten(config)),
      ...prefixed('figure', Object.entries(figures)),
      ...prefixed('last', Object.entries(last)),
    ]);
  });
  const columns = [...new Set(rows.flatMap((row) => [...row.keys()]))];
  if (columns.length === 0) throw noRuns();
  yield csvLine(columns);
  for (const row of rows) yield csvLine(columns.map((column) => row.get(column)));
}

function prefixed(prefix: string, entries: Iterable<readonly [string, unknown]>): [string, unknown][] {
  return [...entries].map(([name, value]) => [`${prefix}.${name}`, value]);
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

function noRuns(): UserError {
  return new UserError('the filter finds no runs, so that there are no columns', {
    place: { field: '--filter' },
    remedy: 'list the runs: nx run tracking:runs',
  });
}
