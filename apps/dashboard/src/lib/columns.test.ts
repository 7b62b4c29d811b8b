import { describe, expect, it } from '@jest/globals';
import { parseField } from '@retort/tracking/filter';
import { compareValues, namesToAsk, quoteName, readColumns, valueIn } from './columns.ts';
import { testRun } from './test-run.ts';

const column = (id: string) => readColumns([id])[0];

describe('readColumns', () => {
  it('reads names of the filter language, each once, and leaves out what is none', () => {
    const columns = readColumns(['stage', 'min(loss)', 'config.student.layers', 'stage', 'min(', '"val loss"']);
    expect(columns.map(({ title, type }) => [title, type])).toEqual([
      ['stage', 'text'],
      ['min loss', 'number'],
      ['student.layers', 'any'],
      ['val loss', 'any'],
    ]);
  });
});

describe('quoteName', () => {
  it.each(['loss', 'val loss', 'layer.1/norm', 'a"b', 'größe', '1st', 'and'])('is read back: %s', (name) => {
    expect(parseField(`last(${quoteName(name)})`)).toEqual({ kind: 'metric', aggregate: 'last', name });
  });
});

describe('namesToAsk', () => {
  it('asks for curves and places, and for both where a name may be either', () => {
    const columns = readColumns(['min(loss)', 'config.seed', 'accuracy', 'stage', 'figure(f1)']);
    expect(namesToAsk(columns)).toEqual({ metrics: ['loss', 'accuracy'], params: ['config.seed', 'config.accuracy'] });
  });
});

describe('valueIn', () => {
  const run = testRun({
    figures: { accuracy: 0.9 },
    metrics: { loss: { last: 0.2, min: 0.1, max: 2, points: 9 }, bad: { last: null, min: null, max: null, points: 1 } },
    params: { 'config.layers': 6 },
    tags: ['a', 'b'],
  });
  it.each([
    ['stage', 'distill'],
    ['took', 60],
    ['tags', 'a, b'],
    ['notes', undefined],
    ['accuracy', 0.9],
    ['loss', 0.2],
    ['layers', 6],
    ['min(loss)', 0.1],
    ['points(loss)', 9],
    ['last(bad)', undefined],
    ['figure(loss)', undefined],
    ['config.layers', 6],
  ])('%s is %p', (id, value) => {
    expect(valueIn(run, column(id))).toBe(value);
  });
});

describe('compareValues', () => {
  it.each([
    [1, 2, false, -1],
    [1, 2, true, 1],
    ['a', 'b', false, -1],
    [undefined, 1, false, 1],
    [undefined, 1, true, 1],
    [null, undefined, true, 0],
  ])('%p and %p, descending %p', (a, b, descending, sign) => {
    expect(Math.sign(compareValues(a, b, descending))).toBe(sign);
  });
});
