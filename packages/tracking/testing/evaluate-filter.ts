import type { Field, Filter, Literal, Operator } from '../src/filter/ast.ts';
import type { TestRun } from './runs.ts';

type Value = number | string | boolean;

/** What a filter means, told a second time, in JavaScript. */
export function holds(filter: Filter, run: TestRun): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.parts.every((part) => holds(part, run));
    case 'or':
      return filter.parts.some((part) => holds(part, run));
    case 'not':
      return !holds(filter.part, run);
    case 'missing':
      return !isThere(filter.field, run);
    case 'compare':
      return compare(filter.field, filter.operator, filter.value, run);
    case 'in':
      return filter.values.some((value) => compare(filter.field, '=', value, run));
  }
}

function compare(field: Field, operator: Operator, { kind, value }: Literal, run: TestRun): boolean {
  if (isTags(field)) return (run.tags ?? []).includes(String(value)) === (operator === '=');
  const left = lookUp(field, run, kind === 'number' || kind === 'boolean' ? kind : 'text');
  if (left === undefined) return false;
  const contains = String(left).toLowerCase().includes(String(value).toLowerCase());
  const results: Readonly<Record<Operator, boolean>> = {
    '=': left === value,
    '!=': left !== value,
    '<': left < value,
    '<=': left <= value,
    '>': left > value,
    '>=': left >= value,
    '~': contains,
    '!~': !contains,
  };
  return results[operator];
}

/** Objects and lists are there, though they fulfil no comparison. */
function isThere(field: Field, run: TestRun): boolean {
  if (isTags(field)) return (run.tags ?? []).length > 0;
  if (field.kind === 'document' || field.kind === 'name') {
    const path = field.kind === 'document' ? field.path : field.name.split('.');
    const value = at(run.config, path);
    if (value !== undefined && value !== null) return true;
  }
  return (['number', 'text', 'boolean'] as const).some((kind) => lookUp(field, run, kind) !== undefined);
}

function isTags(field: Field): boolean {
  return field.kind === 'column' && field.name === 'tags';
}

/** The field's value if it has the type. */
function lookUp(field: Field, run: TestRun, kind: 'number' | 'text' | 'boolean'): Value | undefined {
  const typed = (value: unknown): Value | undefined => {
    if (kind === 'number') return typeof value === 'number' && !Number.isNaN(value) ? value : undefined;
    if (kind === 'boolean') return typeof value === 'boolean' ? value : undefined;
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  switch (field.kind) {
    case 'column':
      return typed(columnOf(field.name, run));
    case 'document':
      return deepText(typed, at(run.config, field.path), kind);
    case 'figure':
      return typed(run.figures?.[field.name]);
    case 'metric':
      return typed(aggregateOf(field.aggregate, run.curves?.[field.name]));
    case 'name':
      return (
        typed(run.figures?.[field.name]) ??
        typed(aggregateOf('last', run.curves?.[field.name])) ??
        deepText(typed, at(run.config, field.name.split('.')), kind)
      );
  }
}

/** In a configuration an empty text is a value too. */
function deepText(typed: (value: unknown) => Value | undefined, value: unknown, kind: string): Value | undefined {
  return kind === 'text' && value === '' ? '' : typed(value);
}

function columnOf(name: string, run: TestRun): unknown {
  const { experiment = 'sample', status = 'succeeded', started } = run;
  const columns: Readonly<Record<string, unknown>> = {
    ...run,
    experiment,
    project: run.project ?? experiment,
    stage: run.stage ?? 'distill',
    archived: run.archived ?? false,
    started,
    ended: run.ended ?? (status === 'running' ? undefined : started),
  };
  return columns[name];
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null ? Object.entries(inner).find(([own]) => own === key)?.[1] : undefined,
    value,
  );
}

function aggregateOf(
  aggregate: 'last' | 'min' | 'max' | 'points',
  values: readonly number[] | undefined,
): number | undefined {
  if (values === undefined) return undefined;
  const finite = values.filter((value) => !Number.isNaN(value));
  if (aggregate === 'points') return values.length;
  if (aggregate === 'last') return values.at(-1);
  return finite.length === 0 ? undefined : Math[aggregate](...finite);
}
