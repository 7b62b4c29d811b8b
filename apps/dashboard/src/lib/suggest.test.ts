import { describe, expect, it } from '@jest/globals';
import { suggest } from './suggest.ts';

const names = { figures: ['accuracy'], metrics: ['loss', 'val loss'], config: ['student.layers'] };
const at = (text: string) => suggest(text, text.length, names).options;

describe('suggest', () => {
  it.each([
    ['acc', ['accuracy']],
    ['stage = distill and stud', ['config.student.layers']],
    ['not (acc', ['accuracy']],
    ['min(v', ['"val loss"']],
    ['figure(', ['accuracy']],
    ['accuracy > 0.9 ', ['and', 'or']],
    ['stage = dis', []],
    ['notes ~ "acc', []],
    ['stage in (acc', []],
  ])('%s', (text, options) => {
    expect(at(text)).toEqual(options);
  });

  it('puts first what begins with the text', () => {
    expect(at('st').slice(0, 3)).toEqual(['stage', 'status', 'started']);
  });

  it('offers comparisons after a name', () => {
    expect(at('accuracy ')).toEqual(['=', '!=', '<', '<=', '>', '>=', '~', '!~', 'in', 'is null', 'is not null']);
  });

  it('says which part it takes the place of', () => {
    expect(suggest('x = 1 and acc > 2', 13, names)).toMatchObject({ from: 10, to: 13 });
  });
});
