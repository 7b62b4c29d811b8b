import type { Sql } from '../src/database/open.ts';

export function loadRuns(
  sql: Sql,
  size: { readonly runs: number; readonly metrics: number; readonly points: number; readonly experiments?: number },
): Promise<void>;
