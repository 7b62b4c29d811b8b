import { describe, expect, it } from '@jest/globals';
import { parseCsv } from '@retort/shared';
import { readUnlabelledSource } from './unlabelled.ts';

const read = (content: string, config: { text?: string; source?: string; group?: string } = {}) =>
  readUnlabelledSource(parseCsv(Buffer.from(content), 'u.csv'), {
    file: 'data/u.csv',
    config: { path: 'u.csv', text: 'text', ...config },
    maxTextLength: 20,
  });

describe('readUnlabelledSource', () => {
  it('takes the columns that are named, whatever else there is', () => {
    expect(
      read('label,essay,model,prompt\n1,Hello,m1,cars\n', { text: 'essay', source: 'model', group: 'prompt' }).texts,
    ).toEqual([{ text: 'Hello', source: 'm1', group: 'cars' }]);
  });

  it("takes the file's name for the source, and no group, where no column is named", () => {
    expect(read('text\nHello\n').texts).toEqual([{ text: 'Hello', source: 'u.csv', group: undefined }]);
  });

  it('normalises the texts', () => {
    expect(read('text\n" two  words "\n').texts[0].text).toBe('two words');
  });

  it('rejects rows without a text, and of another length, with line and reason', () => {
    expect(read('text,id\n,1\na,2\nb\n')).toMatchObject({
      rows: 3,
      texts: [{ text: 'a' }],
      rejects: [
        { file: 'data/u.csv', line: 2, reason: 'no text', start: ',1' },
        { file: 'data/u.csv', line: 4, reason: '1 fields where the header has 2', start: 'b' },
      ],
    });
  });

  it('refuses an overlong text, with its line', () => {
    expect(() => read(`text\n${'b'.repeat(21)}\n`)).toThrow(
      expect.objectContaining({ name: 'UserError', place: { file: 'data/u.csv', line: 2, field: 'text' } }),
    );
  });
});
