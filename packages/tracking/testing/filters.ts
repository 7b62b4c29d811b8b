import fc from 'fast-check';
import type { Field, Filter, Literal, Operator } from '../src/filter/ast.ts';

const order: readonly Operator[] = ['=', '!=', '<', '<=', '>', '>='];
const words: readonly Operator[] = ['=', '!=', '~', '!~'];

const number = fc
  .oneof(fc.constantFrom(0, 1, 2, 0.5), fc.double({ noNaN: true, noDefaultInfinity: true }))
  .map((value): Literal => ({ kind: 'number', value: value === 0 ? 0 : value }));
const text = fc
  .oneof(
    fc.constantFrom('a', 'b', 'ab', '1', 'true', 'and'),
    fc.string().filter((value) => !value.includes('\0')),
  )
  .map((value): Literal => ({ kind: 'text', value }));
const boolean = fc.boolean().map((value): Literal => ({ kind: 'boolean', value }));
const time = fc
  .integer({ min: 0, max: 4e9 })
  .map((seconds): Literal => ({ kind: 'time', value: new Date(seconds * 1000).toISOString() }));

export const metricNames = ['loss', 'accuracy', 'val loss', 'config.x', 'stage'] as const;
const metricName = fc.constantFrom(...metricNames);
const path = fc.constantFrom(['layers'], ['name'], ['on'], ['deep', 'x'], ['list', '0']);

const fields: Readonly<Record<string, fc.Arbitrary<Field>>> = {
  text: fc
    .constantFrom('experiment', 'project', 'stage', 'host', 'notes', 'reason')
    .map((name) => ({ kind: 'column', name })),
  number: fc.oneof(
    fc.constantFrom<Field>({ kind: 'column', name: 'seed' }),
    metricName.map((name): Field => ({ kind: 'figure', name })),
    fc
      .tuple(fc.constantFrom('last', 'min', 'max', 'points'), metricName)
      .map(([aggregate, name]): Field => ({ kind: 'metric', aggregate, name })),
  ),
  boolean: fc.constantFrom<Field[]>({ kind: 'column', name: 'dirty' }, { kind: 'column', name: 'archived' }),
  time: fc.constantFrom<Field[]>({ kind: 'column', name: 'started' }, { kind: 'column', name: 'ended' }),
  tags: fc.constant<Field>({ kind: 'column', name: 'tags' }),
  any: fc.oneof(
    fc
      .oneof(metricName, fc.constantFrom('layers', 'name', 'on', 'deep.x', 'nowhere'))
      .map((name): Field => ({ kind: 'name', name })),
    path.map((path): Field => ({ kind: 'document', document: 'config', path })),
  ),
};

const compare = (field: fc.Arbitrary<Field>, operators: readonly Operator[], value: fc.Arbitrary<Literal>) =>
  fc
    .tuple(field, fc.constantFrom(...operators), value)
    .map(([field, operator, value]): Filter => ({ kind: 'compare', field, operator, value }));
const oneOf = (field: fc.Arbitrary<Field>, value: fc.Arbitrary<Literal>) =>
  fc
    .tuple(field, fc.array(value, { minLength: 1, maxLength: 3 }))
    .map(([field, values]): Filter => ({ kind: 'in', field, values }));

const comparison = fc.oneof(
  compare(fields.text, words, text),
  compare(fields.number, order, number),
  compare(fields.boolean, ['=', '!='], boolean),
  compare(fields.time, ['<', '<=', '>', '>='], time),
  compare(fields.tags, ['=', '!='], text),
  compare(fields.any, order, number),
  compare(fields.any, words, text),
  compare(fields.any, ['=', '!='], boolean),
  oneOf(fields.text, text),
  oneOf(fields.number, number),
  oneOf(fields.tags, text),
  oneOf(fields.any, fc.oneof(number, text)),
  fc.oneof(...Object.values(fields)).map((field): Filter => ({ kind: 'missing', field })),
);

/** Any filter that can be written. */
export const arbitraryFilter: fc.Arbitrary<Filter> = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3 },
    comparison,
    tie('filter').map((part): Filter => ({ kind: 'not', part })),
    fc
      .tuple(fc.constantFrom('and', 'or'), fc.array(tie('filter'), { minLength: 2, maxLength: 3 }))
      .map(([kind, parts]): Filter => ({ kind, parts })),
  ),
})).filter;
