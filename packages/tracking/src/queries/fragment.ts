import type postgres from 'postgres';
import type { Sql } from '../database/open.ts';

/** A piece of SQL with its bound values, or a whole statement that is not sent yet. */
export type Fragment = postgres.PendingQuery<postgres.Row[]>;

/** Pieces with a word between them, such as `and`; at least one. */
export function join(sql: Sql, pieces: readonly Fragment[], separator: 'and' | 'or' | ','): Fragment {
  const between = { and: sql` and `, or: sql` or `, ',': sql`, ` }[separator];
  return pieces.reduce((all, piece) => sql`${all}${between}${piece}`);
}
