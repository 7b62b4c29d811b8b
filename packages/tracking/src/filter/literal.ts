import { type ColumnType, columns, type Field, type Literal, type Operator } from './ast.ts';
import { FilterError } from './error.ts';
import { isKeyword } from './field.ts';
import type { Token } from './tokens.ts';

/** What a field is compared as. A configuration's places have no type of their own: the value decides. */
type FieldType = ColumnType | 'figure' | 'any';

const allowed: Readonly<Record<ColumnType, readonly (Operator | 'in')[]>> = {
  text: ['=', '!=', '~', '!~', 'in'],
  number: ['=', '!=', '<', '<=', '>', '>=', 'in'],
  duration: ['=', '!=', '<', '<=', '>', '>=', 'in'],
  boolean: ['=', '!='],
  time: ['<', '<=', '>', '>='],
  tags: ['=', '!=', 'in'],
};

const statuses = ['running', 'succeeded', 'failed', 'killed'];

/** A value as its field wants it. `operator` has to suit both. */
export function readLiteral(token: Token, field: Field, operator: Operator | 'in', operatorToken: Token): Literal {
  if (token.kind === 'end') throw new FilterError('a value is missing', token.start);
  if (token.kind === 'symbol') throw new FilterError(`a value is missing before "${token.text}"`, token.start);
  const type = fieldType(field);
  const literal = convert(token, type);
  const kind = literal.kind === 'ago' || type === 'any' || type === 'figure' ? kindOf(literal) : type;
  if (!allowed[kind].includes(operator)) {
    throw new FilterError(
      `${describe(kind)} is compared by ${allowed[kind].join(' ')}, not by ${operator}`,
      operatorToken.start,
    );
  }
  if (
    field.kind === 'column' &&
    field.name === 'status' &&
    ['=', '!=', 'in'].includes(operator) &&
    !statuses.includes(token.text)
  ) {
    throw new FilterError(`a status is one of ${statuses.join(', ')}`, token.start);
  }
  return literal;
}

function fieldType(field: Field): FieldType {
  if (field.kind === 'column') return columns[field.name];
  return field.kind === 'figure' || field.kind === 'metric' ? 'figure' : 'any';
}

function kindOf({ kind }: Literal): ColumnType {
  return kind === 'ago' ? 'time' : kind;
}

function convert(token: Token, type: FieldType): Literal {
  const { text, start } = token;
  switch (type) {
    case 'text':
    case 'tags':
      if (token.kind === 'word' && isKeyword(text)) throw new FilterError(`"${text}" as a value needs quotes`, start);
      return { kind: 'text', value: text };
    case 'number':
    case 'figure':
      return { kind: 'number', value: readNumber(text) ?? fail(`"${text}" is no number`, start) };
    case 'duration':
      return {
        kind: 'number',
        value: readDuration(text) ?? fail(`"${text}" is no duration; write 90, 10m or 1.5h`, start),
      };
    case 'boolean':
      return { kind: 'boolean', value: readBoolean(text) ?? fail(`"${text}" is neither true nor false`, start) };
    case 'time':
      return (
        readTime(text) ??
        fail(`"${text}" is no time; write 2026-03-01, 2026-03-01T12:00Z, or -7d for 7 days ago`, start)
      );
    case 'any':
      return untyped(token);
  }
}

/** Quotes make a text of anything. */
function untyped({ kind, text, start }: Token): Literal {
  if (kind === 'quoted') return { kind: 'text', value: text };
  const boolean = readBoolean(text);
  if (boolean !== undefined) return { kind: 'boolean', value: boolean };
  if (isKeyword(text)) throw new FilterError(`"${text}" as a value needs quotes`, start);
  const number = readNumber(text);
  return number === undefined ? { kind: 'text', value: text } : { kind: 'number', value: number };
}

export function readNumber(text: string): number | undefined {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

export function readBoolean(text: string): boolean | undefined {
  return { true: true, false: false }[text.toLowerCase()];
}

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

function readDuration(text: string): number | undefined {
  const unit = unitSeconds[text.slice(-1)];
  const number = readNumber(unit === undefined ? text : text.slice(0, -1));
  return number === undefined ? undefined : number * (unit ?? 1);
}

function readTime(text: string): Literal | undefined {
  if (text.startsWith('-')) {
    const seconds = /\d[smhdw]$/.test(text) ? readDuration(text.slice(1)) : undefined;
    return seconds === undefined || seconds > 1e9 ? undefined : { kind: 'ago', value: seconds };
  }
  const match = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?$/.exec(text);
  if (match === null) return undefined;
  const date = new Date(text.includes('T') && match[1] === undefined ? `${text}Z` : text);
  return Number.isNaN(date.getTime()) ? undefined : { kind: 'time', value: date.toISOString() };
}

function describe(type: ColumnType): string {
  return {
    text: 'text',
    number: 'a number',
    duration: 'a duration',
    boolean: 'true or false',
    time: 'a time',
    tags: 'a tag',
  }[type];
}

function fail(message: string, position: number): never {
  throw new FilterError(message, position);
}
