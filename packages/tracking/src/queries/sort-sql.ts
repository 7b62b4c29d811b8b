import type { Sql } from '../database/open.ts';
import { columns, type Field } from '../filter/index.ts';
import { columnSql, valueSql } from './field-sql.ts';
import type { Fragment } from './fragment.ts';
import type { PageEnd } from './page-token.ts';

/** An order of runs: by a key, and by the id where keys are equal. */
export interface Order {
  readonly key: Fragment;
  /** The key's type, for reading it back from its text. */
  readonly type: Fragment;
  readonly nullable: boolean;
  readonly descending: boolean;
  readonly direction: Fragment;
  readonly idDirection: Fragment;
}

export function sortSql(
  sql: Sql,
  { field, descending }: { readonly field: Field; readonly descending: boolean },
): Order {
  // An index serves an order only if both agree on where null stands, even if there is none.
  const nullable = !(field.kind === 'column' && field.name === 'started');
  const idDirection = descending ? sql`desc` : sql`asc`;
  return {
    ...keySql(sql, field),
    nullable,
    descending,
    direction: nullable ? sql`${idDirection} nulls last` : idDirection,
    idDirection,
  };
}

function keySql(sql: Sql, field: Field): Pick<Order, 'key' | 'type'> {
  if (field.kind === 'document') {
    // Numbers by their size, texts by the alphabet.
    return { key: sql`nullif(r.${sql(field.document)} #> ${[...field.path]}::text[], 'null')`, type: sql`jsonb` };
  }
  if (field.kind !== 'column') return { key: valueSql(sql, field).number, type: sql`float8` };
  const key = columnSql(sql, field.name);
  switch (columns[field.name]) {
    case 'number':
    case 'duration':
      return { key: sql`${key}::float8`, type: sql`float8` };
    case 'time':
      return { key, type: sql`timestamptz` };
    case 'tags':
      return { key: sql`array_to_string(${key}, ',')`, type: sql`text` };
    case 'boolean':
      return { key, type: sql`boolean` };
    case 'text':
      return { key, type: sql`text` };
  }
}

/** What lies behind a page's end. */
export function afterSql(sql: Sql, { key, type, nullable, descending }: Order, end: PageEnd): Fragment {
  const behind = descending ? sql`<` : sql`>`;
  if (end.key === null) return sql`(${key} is null and r.id ${behind} ${end.id}::int)`;
  const later = sql`(${key}, r.id) ${behind} (${end.key}::text::${type}, ${end.id}::int)`;
  return nullable ? sql`(${later} or ${key} is null)` : later;
}
