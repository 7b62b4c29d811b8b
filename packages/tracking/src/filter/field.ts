import { aggregates, type Column, columns, documents, type Field, keywords } from './ast.ts';
import { FilterError } from './error.ts';
import type { Token } from './tokens.ts';

export function isKeyword(text: string): boolean {
  return keywords.includes(text.toLowerCase());
}

/** The field that a name means. In quotes it is a name whatever it looks like. */
export function nameField({ kind, text, start }: Token): Field {
  if (kind === 'quoted') return named(text, start);
  if (isKeyword(text)) throw new FilterError(`"${text}" as a name needs quotes`, start);
  if (isColumn(text)) return { kind: 'column', name: text };
  const [head, ...rest] = text.split('.');
  const document = documents.find((known) => known === head);
  if (document !== undefined && rest.length > 0) return { kind: 'document', document, path: path(rest, start) };
  return named(text, start);
}

/** The field that `figure(name)`, `last(name)` and their like mean. */
export function aggregateField(name: Token, argument: Token): Field {
  const aggregate = aggregates.find((known) => known === name.text);
  if (aggregate === undefined && name.text !== 'figure') {
    throw new FilterError(`there is no "${name.text}(...)"; there are figure, ${aggregates.join(', ')}`, name.start);
  }
  if (argument.kind === 'symbol' || argument.text === '') {
    throw new FilterError(`the name of a metric is missing in "${name.text}(...)"`, argument.start);
  }
  return aggregate === undefined
    ? { kind: 'figure', name: argument.text }
    : { kind: 'metric', aggregate, name: argument.text };
}

function named(name: string, start: number): Field {
  if (name === '') throw new FilterError('the name is empty', start);
  return { kind: 'name', name };
}

function path(parts: readonly string[], start: number): readonly string[] {
  if (parts.some((part) => part === '')) throw new FilterError('a part of the name is empty', start);
  return parts;
}

function isColumn(name: string): name is Column {
  return Object.hasOwn(columns, name);
}
