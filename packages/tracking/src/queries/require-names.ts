import { nearest, stageKeys, UserError } from '@retort/shared';
import type { Sql } from '../database/open.ts';
import { compareFigures } from '../figure-order.ts';
import { type Field, type Filter, formatField, parseField, parseFilter, parseSort } from '../filter/index.ts';
import { type FieldNames, fieldNames } from './field-names.ts';
import { type Fragment, join } from './fragment.ts';

/** The parts of a question in which names stand. */
export interface NamedParts {
  readonly filter?: string | Filter;
  readonly sort?: string;
  /** Names of curves. */
  readonly metrics?: readonly string[];
  /** Further fields: what is grouped by, or averaged. */
  readonly fields?: readonly string[];
}

type Measured = Exclude<Field, { kind: 'column' }>;

/** Names that an error tells at most. */
const most = 6;

/**
 * A UserError if no run at all has a figure, a curve or a parameter of a name that the question uses, or if it names a stage that is none: it would find
 * nothing, as if there were nothing to find. Where nothing has run yet, nothing is known, and every name will do.
 */
export async function requireNames(
  sql: Sql,
  { filter = '', sort, metrics = [], fields = [] }: NamedParts,
): Promise<void> {
  const parts = [...comparisons(typeof filter === 'string' ? parseFilter(filter) : filter)];
  const named: Field[] = [
    ...parts.map(({ field }) => field),
    ...(sort === undefined ? [] : [parseSort(sort).field]),
    ...metrics.map((name): Field => ({ kind: 'metric', aggregate: 'last', name })),
    ...fields.map(parseField),
  ];
  await requireFields(
    sql,
    named.filter((field): field is Measured => field.kind !== 'column'),
  );
  await requireStages(sql, parts.flatMap(stagesOf));
}

async function requireFields(sql: Sql, fields: readonly Measured[]): Promise<void> {
  if (fields.length === 0) return;
  const found = fields.map((field) => existsSql(sql, field));
  const [{ known }] = await sql<{ known: boolean[] | null }[]>`
    select case when exists (select from retort.runs) then jsonb_build_array(${join(sql, found, ',')}) end as known`;
  const unknown = fields.find((_, i) => known?.[i] === false);
  if (unknown === undefined) return;
  const near = nearNames(unknown, await fieldNames(sql));
  throw new UserError(`no run has "${nameOf(unknown)}"${near.length === 0 ? '' : `; near it: ${near.join(', ')}`}`, {
    place: { field: formatField(unknown) },
    remedy: near.length === 0 ? 'nx run tracking:runs --json has all names' : 'take a name that runs have',
  });
}

function existsSql(sql: Sql, field: Measured): Fragment {
  const place = (document: string, path: readonly string[]) =>
    sql`exists (select from retort.runs r where r.${sql(document)} #> ${[...path]}::text[] is not null)`;
  const figure = (name: string) => sql`exists (select from retort.runs r where jsonb_exists(r.figures, ${name}::text))`;
  const curve = (name: string) => sql`exists (select from retort.metric_names n where n.name = ${name}::text)`;
  switch (field.kind) {
    case 'document':
      return place(field.document, field.path);
    case 'figure':
      return figure(field.name);
    case 'metric':
      return curve(field.name);
    case 'name':
      return sql`(${curve(field.name)} or ${figure(field.name)} or ${place('config', field.name.split('.'))})`;
  }
}

async function requireStages(sql: Sql, asked: readonly string[]): Promise<void> {
  const recorded = Object.keys(stageKeys);
  const other = asked.filter((stage) => !recorded.includes(stage));
  if (other.length === 0) return;
  const rows = await sql<{ stage: string }[]>`select distinct stage from retort.runs`;
  const known = [...new Set([...recorded, ...rows.map(({ stage }) => stage)])];
  const unknown = other.find((stage) => !known.includes(stage));
  if (unknown === undefined) return;
  const near = nearest(unknown, known);
  throw new UserError(
    `there is no stage "${unknown}"; ${near === undefined ? 'there are' : `near it: ${near}, of`} ${known.join(', ')}`,
    {
      place: { field: 'stage' },
      remedy: near === undefined ? 'take one of these' : `did you mean "${near}"?`,
    },
  );
}

type Comparison = Exclude<Filter, { kind: 'and' | 'or' | 'not' }>;

function* comparisons(filter: Filter): Generator<Comparison> {
  switch (filter.kind) {
    case 'and':
    case 'or':
      for (const part of filter.parts) yield* comparisons(part);
      return;
    case 'not':
      yield* comparisons(filter.part);
      return;
    default:
      yield filter;
  }
}

/** The stages that a comparison names in full. */
function stagesOf(part: Comparison): string[] {
  if (part.field.kind !== 'column' || part.field.name !== 'stage') return [];
  if (part.kind === 'in') return part.values.map(({ value }) => String(value));
  return part.kind === 'compare' && (part.operator === '=' || part.operator === '!=') ? [String(part.value.value)] : [];
}

function nameOf(field: Measured): string {
  return field.kind === 'document' ? formatField(field) : field.name;
}

/** What may be meant: names that hold the word, such as `validation.accuracy` for `accuracy`, else the nearest by its letters. */
function nearNames(field: Measured, { figures, metrics, config }: FieldNames): string[] {
  const known = {
    document: config.map((place) => `config.${place}`),
    figure: figures,
    metric: metrics,
    name: [...new Set([...figures, ...metrics, ...config])],
  }[field.kind];
  const holding = (word: string) => known.filter((name) => name.toLowerCase().includes(word.toLowerCase()));
  const asked = nameOf(field);
  const own = holding(asked);
  const near = nearest(asked, [...known, ...known.map((name) => name.slice(name.lastIndexOf('.') + 1))]);
  return (own.length > 0 || near === undefined ? own : holding(near)).sort(compareFigures).slice(0, most);
}
