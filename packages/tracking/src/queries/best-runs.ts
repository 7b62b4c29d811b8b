import type { Sql } from '../database/open.ts';
import { type Filter, formatField, parseField, parseFilter } from '../filter/index.ts';
import { type FoundRun, findRuns } from './find-runs.ts';

export interface BestQuery {
  /** What is compared: `accuracy`, `min(loss)`, `figure(accuracy)`. */
  readonly by: string;
  /** Default: `max`. */
  readonly mode?: 'max' | 'min';
  readonly filter?: string | Filter;
  /** How many. Default: 1. */
  readonly limit?: number;
}

/** The runs with the best values, the best first. Runs without one, or whose value is no number, are none of them. */
export async function bestRuns(
  sql: Sql,
  { by, mode = 'max', filter = '', limit = 1 }: BestQuery,
): Promise<readonly FoundRun[]> {
  const field = parseField(by);
  const given = typeof filter === 'string' ? parseFilter(filter) : filter;
  const has: Filter = { kind: 'not', part: { kind: 'missing', field } };
  const sort = `${mode === 'max' ? '-' : ''}${formatField(field)}`;
  const { runs } = await findRuns(sql, { filter: { kind: 'and', parts: [given, has] }, sort, limit });
  return runs;
}
