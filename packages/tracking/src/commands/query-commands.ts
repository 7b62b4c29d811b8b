import { resolve } from 'node:path';
import { type Command, UserError } from '@retort/shared';
import type { Database, Sql } from '../database/open.ts';
import { exportParts, exports, formats } from '../export/parts.ts';
import { printParts, writePartsTo } from '../export/write-parts.ts';
import { FilterError } from '../filter/index.ts';
import { compareRuns } from '../queries/compare-runs.ts';
import { countRuns, findRuns } from '../queries/find-runs.ts';
import { requireNames } from '../queries/require-names.ts';
import { resolveRuns } from '../queries/run-keys.ts';
import { sync } from '../recording/sync.ts';
import { comparisonCsv, comparisonTable } from './comparison-table.ts';
import { foundRunsTable } from './found-runs-table.ts';
import { listFolders } from './list-folders.ts';
import { withDatabase } from './with-database.ts';

const filterOption = {
  type: 'string',
  value: 'FILTER',
  help: 'such as "stage = distill and validation.accuracy > 0.97"',
} as const;

export const queryCommands: Record<string, Command> = {
  runs: {
    help: 'Lists runs: those of this workspace, and what else the database knows.',
    options: {
      filter: filterOption,
      experiment: { type: 'string', value: 'NAME', help: 'runs of this experiment only' },
      sort: {
        type: 'string',
        value: 'FIELD',
        help: 'such as took; -validation.accuracy: the highest first',
        default: '-started',
      },
      limit: { type: 'string', value: 'N', help: 'how many at most', default: '50' },
      metrics: { type: 'string', value: 'A,B', help: 'columns with the last values of these curves' },
      after: { type: 'string', value: 'TOKEN', help: 'the next page: the token that the page before ends with' },
      json: { type: 'boolean', help: 'everything that is known of them, as JSON' },
      folders: { type: 'boolean', help: 'only the artifacts of this workspace, without a database' },
    },
    async run(options) {
      if (options.folders === true) return listFolders(options);
      await inSync(async (sql) => {
        const metrics = list(options.metrics);
        const filter = withExperiment(text(options.filter) ?? '', text(options.experiment));
        const query = {
          filter,
          sort: text(options.sort),
          limit: number(options.limit, '--limit'),
          metrics,
          after: text(options.after),
        };
        await requireNames(sql, query);
        const [page, total] = await Promise.all([findRuns(sql, query), countRuns(sql, filter)]);
        print(options.json === true ? json({ ...page, total }) : foundRunsTable(page, { total, metrics }));
      });
    },
  },
  compare: {
    help: 'Runs side by side: where their configurations differ, and their figures.',
    options: {
      runs: {
        type: 'string',
        value: 'A,B',
        help: 'ids, their ends or beginnings, or experiment/stage for the newest that succeeded',
      },
      filter: { ...filterOption, help: 'instead: the newest runs that it finds, 50 at most' },
      metrics: { type: 'boolean', help: 'the last values of all curves, too' },
      json: { type: 'boolean', help: 'everything that differs, as JSON' },
      csv: { type: 'boolean', help: 'the table as CSV' },
    },
    run: (options) =>
      inSync(async (sql) => {
        const comparison = await compareRuns(sql, await chosenRuns(sql, options.runs, options.filter));
        if (options.json === true) return print(json(comparison));
        print(
          (options.csv === true ? comparisonCsv : comparisonTable)(comparison, { metrics: options.metrics === true }),
        );
      }),
  },
  export: {
    help: 'Writes runs, the points of their curves, or evaluations, as JSON or CSV.',
    options: {
      what: { type: 'string', value: exports.join('|'), help: 'what to write', default: 'runs' },
      format: { type: 'string', value: formats.join('|'), help: 'how', default: 'json' },
      filter: { ...filterOption, help: 'of which runs; default: of all' },
      out: { type: 'string', value: 'FILE', help: 'where; default: the standard output' },
    },
    run: (options) =>
      inSync(async (sql) => {
        const what = choice(options.what, exports, '--what');
        const format = choice(options.format, formats, '--format');
        const parts = exportParts(sql, { what, format, filter: text(options.filter) ?? '' });
        await requireNames(sql, { filter: text(options.filter) });
        const out = text(options.out);
        await (out === undefined ? printParts(process.stdout, parts) : writePartsTo(resolve(out), parts));
      }),
  },
};

/** The folders are the truth: what the database has not heard of yet comes in first. */
function inSync(task: (sql: Sql) => Promise<void>): Promise<void> {
  return withDatabase(async ({ sql }: Database, workspace: string) => {
    await sync(sql, workspace);
    try {
      await task(sql);
    } catch (error) {
      throw error instanceof FilterError ? explained(error) : error;
    }
  });
}

function explained(error: FilterError): UserError {
  return new UserError(`the filter or the order cannot be read: ${error.message}, at character ${error.position + 1}`, {
    place: { field: '--filter, --sort' },
    remedy:
      'write it as in: --filter "stage = distill and (validation.accuracy > 0.97 or min(train.loss) < 0.1)" --sort=-validation.accuracy',
    cause: error,
  });
}

async function chosenRuns(
  sql: Sql,
  runs: string | boolean | undefined,
  filter: string | boolean | undefined,
): Promise<string[]> {
  const named = list(runs);
  if (named.length > 0) return resolveRuns(sql, named);
  if (typeof filter === 'string') {
    await requireNames(sql, { filter });
    const found = (await findRuns(sql, { filter })).runs.map(({ run }) => run);
    if (found.length > 0) return found;
  }
  throw new UserError(typeof filter === 'string' ? 'the filter finds no runs' : 'no runs are named', {
    place: { field: '--runs' },
    remedy: 'name some: --runs=essays/distill,sample/distill; nx run tracking:runs lists them',
  });
}

function withExperiment(filter: string, experiment: string | undefined): string {
  if (experiment === undefined) return filter;
  const condition = `experiment = ${JSON.stringify(experiment)}`;
  return filter.trim() === '' ? condition : `(${filter}) and ${condition}`;
}

function choice<T extends string>(value: string | boolean | undefined, known: readonly T[], field: string): T {
  const found = known.find((one) => one === value);
  if (found !== undefined) return found;
  throw new UserError(`"${value}" is not known`, { place: { field }, remedy: `give ${known.join(' or ')}` });
}

function number(value: string | boolean | undefined, field: string): number {
  if (typeof value === 'string' && /^\d{1,9}$/.test(value)) return Number(value);
  throw new UserError(`"${value}" is no number`, { place: { field }, remedy: 'give a whole number, such as 50' });
}

function text(value: string | boolean | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function list(value: string | boolean | undefined): string[] {
  return (text(value) ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function print(text: string): void {
  process.stdout.write(text);
}
