import { describe, expect, it } from '@jest/globals';
import { changeQuery, compareUrl, formatUrl, listOf, pageOf, parsePath, runUrl, withQuery } from './route.ts';

describe('parsePath', () => {
  it.each([
    ['/', { view: 'runs' }],
    ['/compare', { view: 'compare' }],
    ['/compare/', { view: 'compare' }],
    ['/tradeoff', { view: 'tradeoff' }],
    ['/playground', { view: 'playground' }],
    ['/runs/3f1a', { view: 'run', run: '3f1a' }],
    ['/runs/%E0', { view: 'run', run: '%E0' }],
    ['/runs/a/b', { view: 'unknown' }],
    ['/else', { view: 'unknown' }],
  ])('%s', (path, route) => {
    expect(parsePath(path)).toEqual(route);
  });

  it('reads what runUrl wrote', () => {
    expect(parsePath(runUrl('a/b c'))).toEqual({ view: 'run', run: 'a/b c' });
  });
});

describe('URLs', () => {
  it('leave commas readable', () => {
    expect(compareUrl(['a', 'b'])).toBe('/compare?runs=a,b');
  });

  it('have no values that are empty', () => {
    expect(withQuery('/', { filter: '', sort: undefined })).toBe('/');
  });

  it('keep what a filter says', () => {
    const filter = 'notes ~ "a&b=c" and x = 100%';
    const url = formatUrl('/', changeQuery(new URLSearchParams(), { filter }));
    expect(new URL(url, 'http://localhost').searchParams.get('filter')).toBe(filter);
  });

  it('lose a value that is set to nothing', () => {
    expect(String(changeQuery(new URLSearchParams('a=1&b=2'), { a: undefined }))).toBe('b=2');
  });
});

describe('listOf', () => {
  it.each([
    [null, []],
    ['', []],
    ['a,,b', ['a', 'b']],
  ])('%p', (text, list) => {
    expect(listOf(text)).toEqual(list);
  });
});

describe('pageOf', () => {
  it.each([
    [null, 1],
    ['3', 3],
    ['0', 1],
    ['-2', 1],
    ['1.5', 1],
    ['1e9', 1],
    ['many', 1],
  ])('%p', (text, page) => {
    expect(pageOf(text)).toBe(page);
  });
});
