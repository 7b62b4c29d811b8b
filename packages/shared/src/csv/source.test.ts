import { describe, expect, it } from '@jest/globals';
import type { SourceConfig } from '../experiment/index.ts';
import { parseCsv } from './csv.ts';
import { readSource } from './source.ts';

const plain: SourceConfig = { path: 'a.csv', text: 'text', label: 'label' };

function read(content: string, config: Partial<SourceConfig> = {}) {
  return readSource(parseCsv(Buffer.from(content), 'data/a.csv'), {
    file: 'data/a.csv',
    index: 0,
    config: { ...plain, ...config },
    labelNames: ['human', 'ai'],
    maxTextLength: 20,
  });
}

describe('readSource', () => {
  it('takes the columns that the mapping names, wherever they stand', () => {
    const config = {
      text: 'essay',
      label: 'generated',
      group: 'prompt',
      source: 'model',
      labels: { 0: 'human', 1: 'ai' },
    };
    expect(read('prompt,generated,model,essay\ncars,1,m1,Hello\n', config).examples).toEqual([
      { text: 'Hello', label: 1, group: 'cars', source: 'm1', sourceIndex: 0, line: 2 },
    ]);
  });

  it('takes the values as label names where there is no mapping', () => {
    expect(read('text,label\na,ai\nb,human\n').examples.map(({ label }) => label)).toEqual([1, 0]);
  });

  it('takes the values that are label names for these beside a mapping, which comes first', () => {
    const labels = { 1: 'ai', human: 'ai' };
    expect(read('text,label\na,1\nb,ai\nc,human\n', { labels }).examples.map(({ label }) => label)).toEqual([1, 1, 1]);
  });

  it("takes the file's name as the source, and no group, where no column is named", () => {
    expect(read('text,label\na,ai\n').examples[0]).toMatchObject({ source: 'a.csv', group: undefined });
  });

  it('lets a row without a value in the group column have none', () => {
    const { examples } = read('text,label,g\na,ai,\nb,ai,x\n', { group: 'g' });
    expect(examples.map(({ group }) => group)).toEqual([undefined, 'x']);
  });

  it('rejects rows without text or label, and of another length, with line and reason', () => {
    const { examples, rejects } = read('text,label\n" \n",ai\nlong enough,\nb,ai\nc,ai,more\n');
    expect(examples.map(({ line }) => line)).toEqual([5]);
    expect(rejects).toEqual([
      { file: 'data/a.csv', line: 2, reason: 'no text', start: ' \n,ai' },
      { file: 'data/a.csv', line: 4, reason: 'no label', start: 'long enough' },
      { file: 'data/a.csv', line: 6, reason: '3 fields where the header has 2', start: 'c' },
    ]);
  });

  it('refuses a missing column, naming those there are and the nearest', () => {
    expect(() => read('textt,label\na,ai\n')).toThrow(
      expect.objectContaining({
        name: 'UserError',
        message: 'the file has no column "text"; it has: textt, label',
        remedy: expect.stringContaining('did you mean "textt"?'),
      }),
    );
  });

  it.each([
    [';', 'semicolons'],
    ['\t', 'tabs'],
  ])('says that %j separates the columns, where it does', (delimiter, name) => {
    expect(() => read(`id${delimiter}text${delimiter}label\n1${delimiter}a${delimiter}ai\n`)).toThrow(
      expect.objectContaining({
        message: `the fields of the file are separated by ${name}, not by commas`,
        remedy: expect.stringContaining(`"delimiter": ${JSON.stringify(delimiter)}`),
      }),
    );
  });

  it('refuses a column that is there twice', () => {
    expect(() => read('text,label,text\na,ai,b\n')).toThrow('two columns "text"');
  });

  it('leaves out rows whose label maps to null, as rejects', () => {
    const { examples, rejects } = read('text,label\na,ai\nb,spam\n', { labels: { spam: null } });
    expect(examples.map(({ line }) => line)).toEqual([2]);
    expect(rejects).toEqual([{ file: 'data/a.csv', line: 3, reason: 'left out by its label "spam"', start: 'b' }]);
  });

  it('refuses an overlong text, with its line and length', () => {
    expect(() => read(`text,label\na,ai\n${'b'.repeat(21)},ai\n`)).toThrow(
      expect.objectContaining({
        message: 'the text is 21 characters long, more than the 20 allowed',
        place: { file: 'data/a.csv', line: 3, field: 'text' },
      }),
    );
  });
});
