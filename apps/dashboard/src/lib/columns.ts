import { columns as builtIn, type Field, parseField } from '@retort/tracking/filter';
import type { RunRow } from './rows.ts';

/** A column of the table: a name of the filter language, so that what is shown can be sorted and filtered by as it is called. */
export interface Column {
  /** Such as `accuracy`, `min(loss)` or `config.student.layers`. */
  readonly id: string;
  readonly field: Field;
  readonly title: string;
  /** How its values are written and where they stand. */
  readonly type: 'text' | 'number' | 'time' | 'duration' | 'status' | 'tags' | 'any';
}

export type Value = string | number | boolean | null;

/** What the stages tell most of: loss and accuracy of what they train, and what a report measured of the model that is served. */
export const defaultColumns = [
  'stage',
  'status',
  'started',
  'took',
  'validation.loss',
  'validation.accuracy',
  'student-int8.accuracy',
  'tags',
];

/** What a run has beside its name, which always stands first. */
export const runColumns = Object.keys(builtIn).filter((name) => name !== 'archived');

/** The columns of a URL's list; names that cannot be read are left out. */
export function readColumns(ids: readonly string[]): Column[] {
  return [...new Set(ids)].flatMap((id) => {
    const field = readField(id);
    return field === undefined ? [] : [{ id, field, title: titleOf(field), type: typeOf(field) }];
  });
}

export function readField(id: string): Field | undefined {
  try {
    return parseField(id);
  } catch {
    return undefined;
  }
}

/** The name of a curve or a figure in the filter language, in quotes where it needs them. */
export function quoteName(name: string): string {
  return /^[A-Za-z_][\w./@-]*$/.test(name) ? name : `"${name.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function titleOf(field: Field): string {
  switch (field.kind) {
    case 'column':
      return field.name;
    case 'document':
      return field.document === 'config' ? field.path.join('.') : `${field.document}.${field.path.join('.')}`;
    case 'figure':
    case 'name':
      return field.name;
    case 'metric':
      return field.aggregate === 'last' ? field.name : `${field.aggregate} ${field.name}`;
  }
}

function typeOf(field: Field): Column['type'] {
  if (field.kind === 'figure' || field.kind === 'metric') return 'number';
  if (field.kind !== 'column') return 'any';
  if (field.name === 'status') return 'status';
  const type = builtIn[field.name];
  return type === 'boolean' ? 'any' : type;
}

/** What has to be asked for beside the runs themselves. */
export function namesToAsk(columns: readonly Column[]): { metrics: string[]; params: string[] } {
  const metrics = new Set<string>();
  const params = new Set<string>();
  for (const { id, field } of columns) {
    if (field.kind === 'metric' || field.kind === 'name') metrics.add(field.name);
    if (field.kind === 'document') params.add(id);
    // A name alone may be a figure, a curve or a place of the configuration.
    if (field.kind === 'name') params.add(placeOf(field.name));
  }
  return { metrics: [...metrics], params: [...params].filter((name) => readField(name)?.kind === 'document') };
}

const placeOf = (name: string) => `config.${name}`;

/** A run's value in a column; undefined where it has none. */
export function valueIn(run: RunRow, { id, field }: Pick<Column, 'id' | 'field'>): Value | undefined {
  switch (field.kind) {
    case 'column':
      return columnValue(run, field.name) ?? undefined;
    case 'document':
      return run.params[id] ?? undefined;
    case 'figure':
      return run.figures[field.name];
    case 'metric':
      return run.metrics[field.name]?.[field.aggregate] ?? undefined;
    case 'name':
      return run.figures[field.name] ?? run.metrics[field.name]?.last ?? run.params[placeOf(field.name)] ?? undefined;
  }
}

function columnValue(run: RunRow, name: keyof typeof builtIn): Value {
  switch (name) {
    case 'started':
      return run.startedAt;
    case 'ended':
      return run.endedAt;
    case 'took':
      return run.seconds;
    case 'commit':
      return run.gitCommit;
    case 'dirty':
      return run.gitDirty;
    case 'reason':
      return run.exitReason;
    case 'tags':
      return run.tags.length === 0 ? null : run.tags.join(', ');
    case 'notes':
      return run.notes === '' ? null : run.notes;
    default:
      return run[name];
  }
}

/** What of a column can be averaged. */
export function isAveraged({ field }: Column): boolean {
  if (field.kind !== 'column') return true;
  const type = builtIn[field.name];
  return type === 'number' || type === 'duration';
}

/** Compares as the server sorts: numbers by size, texts by the alphabet, and what is not there at the end, whichever way. */
export function compareValues(a: Value | undefined, b: Value | undefined, descending: boolean): number {
  const [noA, noB] = [a === undefined || a === null, b === undefined || b === null];
  if (noA || noB) return Number(noA) - Number(noB);
  const order =
    typeof a === 'number' && typeof b === 'number'
      ? a - b
      : Number(String(a) > String(b)) - Number(String(a) < String(b));
  return descending ? -order : order;
}
