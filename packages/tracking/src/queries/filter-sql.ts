import type { Sql } from '../database/open.ts';
import { columns, type Field, type Filter, type Literal, type Operator } from '../filter/index.ts';
import { columnSql, valueSql } from './field-sql.ts';
import { type Fragment, join } from './fragment.ts';

/**
 * The condition that a filter sets on the run `r` of the experiment `e`. Values are bound, never written into the text.
 * Nothing but `not` sees the difference between false and null, and it takes both as false.
 */
export function filterSql(sql: Sql, filter: Filter): Fragment {
  switch (filter.kind) {
    case 'and':
    case 'or': {
      if (filter.parts.length === 0) return sql`true`;
      const parts = filter.parts.map((part) => filterSql(sql, part));
      return sql`(${join(sql, parts, filter.kind)})`;
    }
    case 'not':
      return sql`((${filterSql(sql, filter.part)}) is not true)`;
    case 'missing':
      return missingSql(sql, filter.field);
    case 'compare':
      return compareSql(sql, filter.field, filter.operator, filter.value);
    case 'in':
      return sql`(${join(
        sql,
        filter.values.map((value) => compareSql(sql, filter.field, '=', value)),
        'or',
      )})`;
  }
}

function missingSql(sql: Sql, field: Field): Fragment {
  if (field.kind !== 'column') return sql`(${valueSql(sql, field).present} is null)`;
  const column = columnSql(sql, field.name);
  return columns[field.name] === 'tags' ? sql`(${column} = '{}')` : sql`(${column} is null)`;
}

function compareSql(sql: Sql, field: Field, operator: Operator, literal: Literal): Fragment {
  if (field.kind === 'column' && field.name === 'tags') {
    const has = sql`(r.tags @> array[${String(literal.value)}]::text[])`;
    return operator === '=' ? has : sql`(not ${has})`;
  }
  const indexed = configSql(sql, field, operator, literal);
  if (indexed !== undefined) return indexed;
  const left = leftSql(sql, field, literal);
  const right = rightSql(sql, literal);
  if (operator === '~') return sql`(strpos(lower(${left}), lower(${right})) > 0)`;
  if (operator === '!~') return sql`(strpos(lower(${left}), lower(${right})) = 0)`;
  return sql`(${left} ${comparisonSql(sql, operator)} ${right})`;
}

/** Containment has an index. An array's place has none: for containment, the order of an array means nothing. */
function configSql(sql: Sql, field: Field, operator: Operator, { value }: Literal): Fragment | undefined {
  if (field.kind !== 'document' || field.document !== 'config' || operator !== '=') return undefined;
  if (field.path.some((part) => /^-?\d+$/.test(part))) return undefined;
  const wanted = field.path.reduceRight<unknown>((inner, part) => ({ [part]: inner }), value);
  return sql`(r.config @> ${JSON.stringify(wanted)}::text::jsonb)`;
}

function leftSql(sql: Sql, field: Field, { kind }: Literal): Fragment {
  if (field.kind === 'column') return columnSql(sql, field.name);
  const value = valueSql(sql, field);
  if (kind === 'number') return value.number;
  return kind === 'boolean' ? value.boolean : value.text;
}

function rightSql(sql: Sql, literal: Literal): Fragment {
  switch (literal.kind) {
    case 'number':
      return sql`${literal.value}::float8`;
    case 'text':
      return sql`${literal.value}::text`;
    case 'boolean':
      return sql`${literal.value}::boolean`;
    case 'time':
      return sql`${literal.value}::text::timestamptz`;
    case 'ago':
      return sql`(now() - make_interval(secs => ${literal.value}::float8))`;
  }
}

function comparisonSql(sql: Sql, operator: Exclude<Operator, '~' | '!~'>): Fragment {
  switch (operator) {
    case '=':
      return sql`=`;
    case '!=':
      return sql`<>`;
    case '<':
      return sql`<`;
    case '<=':
      return sql`<=`;
    case '>':
      return sql`>`;
    case '>=':
      return sql`>=`;
  }
}
