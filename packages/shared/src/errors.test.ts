import { describe, expect, it } from '@jest/globals';
import { formatError, formatPlace, nearest, UserError } from './errors.ts';

describe('formatError', () => {
  it('tells what is wrong, where, and what to do', () => {
    const error = new UserError('unknown label "robot"', {
      place: { file: 'a.csv', line: 12, field: 'label' },
      remedy: 'name it in data.labels',
    });
    expect(formatError(error)).toBe(
      'error: unknown label "robot"\n  at: a.csv:12, field "label"\n  do: name it in data.labels',
    );
  });

  it('leaves the place out where it is not known', () => {
    expect(formatError(new UserError('no', { remedy: 'yes' }))).toBe('error: no\n  do: yes');
  });

  it('keeps the stack of a defect', () => {
    expect(formatError(new TypeError('oops'))).toMatch(/^internal error: TypeError: oops\n {4}at /);
  });

  it('prints what was thrown without being an error', () => {
    expect(formatError('text')).toBe('internal error: text');
  });
});

describe('formatPlace', () => {
  it('takes a field alone', () => {
    expect(formatPlace({ field: 'seed' })).toBe('field "seed"');
  });

  it('is empty where nothing is known', () => {
    expect(formatPlace({})).toBe('');
  });
});

describe('nearest', () => {
  const keys = ['seed', 'data', 'temperature', 'learningRate', 'epochs'];

  it.each([
    ['sed', 'seed'],
    ['temprature', 'temperature'],
    ['learning_rate', 'learningRate'],
    ['EPOCHS', 'epochs'],
    ['epcohs', 'epochs'],
  ])('takes %s for %s', (word, meant) => {
    expect(nearest(word, keys)).toBe(meant);
  });

  it.each(['kangaroo', 'lr', 'x'])('takes %s for nothing', (word) => {
    expect(nearest(word, keys)).toBeUndefined();
  });
});
