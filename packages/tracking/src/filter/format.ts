import type { Field, Filter, Literal } from './ast.ts';
import { isKeyword, nameField } from './field.ts';
import { readBoolean, readNumber } from './literal.ts';
import { isWord } from './tokens.ts';

/** The text of a filter: `parseFilter` makes the same filter of it. */
export function formatFilter(filter: Filter): string {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.parts
        .map((part) => (isList(part) ? `(${formatFilter(part)})` : formatFilter(part)))
        .join(` ${filter.kind} `);
    case 'not':
      if (filter.part.kind === 'missing') return `${formatField(filter.part.field)} is not null`;
      return `not ${isList(filter.part) ? `(${formatFilter(filter.part)})` : formatFilter(filter.part)}`;
    case 'compare':
      return `${formatField(filter.field)} ${filter.operator} ${formatLiteral(filter.value)}`;
    case 'in':
      return `${formatField(filter.field)} in (${filter.values.map(formatLiteral).join(', ')})`;
    case 'missing':
      return `${formatField(filter.field)} is null`;
  }
}

export function formatField(field: Field): string {
  switch (field.kind) {
    case 'column':
      return field.name;
    case 'document':
      return [field.document, ...field.path].join('.');
    case 'figure':
      return `figure(${isWord(field.name) ? field.name : quote(field.name)})`;
    case 'metric':
      return `${field.aggregate}(${isWord(field.name) ? field.name : quote(field.name)})`;
    case 'name':
      return isPlainName(field.name) ? field.name : quote(field.name);
  }
}

function formatLiteral({ kind, value }: Literal): string {
  if (kind === 'ago') return `-${value}s`;
  if (kind !== 'text') return String(value);
  const looksOtherwise = isKeyword(value) || readNumber(value) !== undefined || readBoolean(value) !== undefined;
  return isWord(value) && !looksOtherwise ? value : quote(value);
}

function isList({ kind }: Filter): boolean {
  return kind === 'and' || kind === 'or';
}

function isPlainName(name: string): boolean {
  return isWord(name) && !isKeyword(name) && nameField({ kind: 'word', text: name, start: 0 }).kind === 'name';
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
