import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { arbitraryFilter } from '../../testing/filters.ts';
import { FilterError } from './error.ts';
import { formatFilter } from './format.ts';
import { filterLimits, parseFilter, parseSort } from './parse.ts';

const name = (name: string) => ({ kind: 'name', name });
const number = (value: number) => ({ kind: 'number', value });
const text = (value: string) => ({ kind: 'text', value });
const column = (name: string) => ({ kind: 'column', name });
const compare = (field: object, operator: string, value: object) => ({ kind: 'compare', field, operator, value });

describe('parseFilter', () => {
  it.each([
    [
      'stage = distill and accuracy > 0.97',
      {
        kind: 'and',
        parts: [compare(column('stage'), '=', text('distill')), compare(name('accuracy'), '>', number(0.97))],
      },
    ],
    ['', { kind: 'and', parts: [] }],
    ['a<-1', compare(name('a'), '<', number(-1))],
    ['commit = 12e4567', compare(column('commit'), '=', text('12e4567'))],
    ['x = "6"', compare(name('x'), '=', text('6'))],
    ['x = TRUE', compare(name('x'), '=', { kind: 'boolean', value: true })],
    ['model = microsoft/MiniLM-L6', compare(name('model'), '=', text('microsoft/MiniLM-L6'))],
    ['"loss.hard" <= 1e-3', compare(name('loss.hard'), '<=', number(0.001))],
    ['"stage" = 1', compare(name('stage'), '=', number(1))],
    [
      'config.data.sources.0.path ~ human',
      compare({ kind: 'document', document: 'config', path: ['data', 'sources', '0', 'path'] }, '~', text('human')),
    ],
    ['figure(accuracy) > 0', compare({ kind: 'figure', name: 'accuracy' }, '>', number(0))],
    ['min("val loss") <> 2', compare({ kind: 'metric', aggregate: 'min', name: 'val loss' }, '!=', number(2))],
    ['took > 1.5h', compare(column('took'), '>', number(5400))],
    ['started > -7d', compare(column('started'), '>', { kind: 'ago', value: 604_800 })],
    ['started >= 2026-03-01', compare(column('started'), '>=', { kind: 'time', value: '2026-03-01T00:00:00.000Z' })],
    [
      'ended < 2026-03-01T12:00+02:00',
      compare(column('ended'), '<', { kind: 'time', value: '2026-03-01T10:00:00.000Z' }),
    ],
    ['seed in (1, 2)', { kind: 'in', field: column('seed'), values: [number(1), number(2)] }],
    ['ended is null', { kind: 'missing', field: column('ended') }],
    ['ended is not null', { kind: 'not', part: { kind: 'missing', field: column('ended') } }],
  ])('reads %s', (filter, expected) => {
    expect(parseFilter(filter)).toEqual(expected);
  });

  it('binds not before and, and before or', () => {
    expect(parseFilter('not a = 1 and b = 2 or c = 3')).toEqual(parseFilter('((not (a = 1)) and b = 2) or (c = 3)'));
  });

  it.each([
    ['stage', 5, 'a comparison is missing: = != < <= > >= ~ !~, in, or is null'],
    ['stage = ', 8, 'a value is missing'],
    ['stage = )', 8, 'a value is missing before ")"'],
    ['= 3', 0, 'a name is missing before "="'],
    ['a = 1 b = 2', 6, '"and" or "or" is missing before "b"'],
    ['a = 1 and', 9, 'a name is missing at the end'],
    ['(a = 1', 6, '")" is missing'],
    ['a in 1', 5, '"(" is missing'],
    ['a in (1 2)', 8, '")" is missing'],
    ['a = "x', 4, 'the quote " is not closed'],
    ['a = 1; drop', 5, '";" has no meaning here; put values with such characters into quotes'],
    ['stage > distill', 6, 'text is compared by = != ~ !~ in, not by >'],
    ['note > x', 5, 'text is compared by = != ~ !~ in, not by >'],
    ['seed = x', 7, '"x" is no number'],
    ['figure(loss) = 1e999', 15, '"1e999" is no number'],
    ['dirty = 1', 8, '"1" is neither true nor false'],
    ['started > soon', 10, '"soon" is no time; write 2026-03-01, 2026-03-01T12:00Z, or -7d for 7 days ago'],
    ['started > 2026-13-01', 10, '"2026-13-01" is no time; write 2026-03-01, 2026-03-01T12:00Z, or -7d for 7 days ago'],
    ['started = 2026-03-01', 8, 'a time is compared by < <= > >=, not by ='],
    ['took > long', 7, '"long" is no duration; write 90, 10m or 1.5h'],
    ['status = done', 9, 'a status is one of running, succeeded, failed, killed'],
    ['status != done', 10, 'a status is one of running, succeeded, failed, killed'],
    ['status in (failed, done)', 19, 'a status is one of running, succeeded, failed, killed'],
    ['avg(loss) > 1', 0, 'there is no "avg(...)"; there are figure, last, min, max, points'],
    ['min() > 1', 4, 'the name of a metric is missing in "min(...)"'],
    ['a is 3', 5, 'after "is" comes "null" or "not null"'],
    ['stage = and', 8, '"and" as a value needs quotes'],
    ['config..x = 1', 0, 'a part of the name is empty'],
  ])('tells what is wrong with %s', (filter, position, message) => {
    expect(failure(filter)).toMatchObject({ position, message });
  });

  it.each([
    ['too long', 'a'.repeat(filterLimits.characters + 1)],
    ['too deep', `${'('.repeat(1000)}a = 1${')'.repeat(1000)}`],
    ['too deep by not', `${'not '.repeat(900)}a = 1`],
    [
      'of too many comparisons',
      Array(filterLimits.comparisons + 1)
        .fill('a = 1')
        .join(' or '),
    ],
  ])('refuses a filter that is %s', (_, filter) => {
    expect(failure(filter)).toBeInstanceOf(FilterError);
  });

  it('reads what formatFilter writes', () => {
    fc.assert(
      fc.property(arbitraryFilter, (filter) => {
        expect(parseFilter(formatFilter(filter))).toEqual(filter);
      }),
    );
  });

  it('answers any text by a filter or by an error within it', () => {
    const piece = fc.constantFrom(
      'and',
      'or',
      'not',
      'in',
      'is',
      'null',
      '(',
      ')',
      ',',
      '=',
      '<',
      '~',
      '"',
      "'",
      '\\',
      'a',
      '1',
      'stage',
      'min',
      '.',
      ' ',
    );
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece).map((pieces) => pieces.join(' ')),
    );
    fc.assert(
      fc.property(texts, (filter) => {
        const error = failure(filter);
        if (error === undefined) return;
        expect(error).toBeInstanceOf(FilterError);
        const { position } = error as FilterError;
        expect(position >= 0 && position <= filter.length).toBe(true);
      }),
    );
  });
});

describe('parseSort', () => {
  it('reads a field, the highest first after "-"', () => {
    expect(parseSort('-min(loss)')).toEqual({
      field: { kind: 'metric', aggregate: 'min', name: 'loss' },
      descending: true,
    });
    expect(parseSort('started')).toEqual({ field: column('started'), descending: false });
  });

  it('refuses more than a field', () => {
    expect(() => parseSort('started desc')).toThrow('"desc" is too much');
  });
});

function failure(filter: string): unknown {
  try {
    parseFilter(filter);
  } catch (error) {
    return error;
  }
  return undefined;
}
