import type { Sql } from '../database/open.ts';
import { type Filter, parseFilter } from '../filter/index.ts';
import { filterSql } from './filter-sql.ts';
import type { Fragment } from './fragment.ts';

/** What a filter of a list sets on the run `r` of the experiment `e`: archived runs are hidden from filters that do not name them. */
export function conditionSql(sql: Sql, filter: string | Filter): Fragment {
  const read = typeof filter === 'string' ? parseFilter(filter) : filter;
  return namesArchived(read) ? filterSql(sql, read) : sql`r.archived_at is null and ${filterSql(sql, read)}`;
}

function namesArchived(filter: Filter): boolean {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.parts.some(namesArchived);
    case 'not':
      return namesArchived(filter.part);
    default:
      return filter.field.kind === 'column' && filter.field.name === 'archived';
  }
}
