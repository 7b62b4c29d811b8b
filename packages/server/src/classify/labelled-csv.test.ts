import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { answerColumns, formatAnswers, readTextsFile, refuseTaken } from './labelled-csv.ts';

const folder = mkdtempSync(join(tmpdir(), 'retort-'));
afterAll(() => rmSync(folder, { recursive: true }));

function read(content: string, options: { column?: string; delimiter?: string } = {}) {
  const path = join(folder, 'new.csv');
  writeFileSync(path, content);
  return readTextsFile(path, 'new.csv', { column: 'text', delimiter: ',', ...options });
}

describe('readTextsFile', () => {
  it('gives the texts as they stand there', () => {
    expect(read('id,text\n7," a, b\n c"\n8,\n').texts).toEqual([' a, b\n c', '']);
  });

  it('takes another column and another delimiter', () => {
    expect(read('id;message\n7;a, b\n', { column: 'message', delimiter: ';' }).texts).toEqual(['a, b']);
  });

  it.each([
    [
      'a column that is not there',
      'id,txt\n1,a\n',
      'the file has no column "text"; it has: id, txt',
      { line: 1, field: 'text' },
      'did you mean "txt"?',
    ],
    [
      'two columns of that name',
      'text,text\n1,a\n',
      'the file has two columns "text"',
      { line: 1, field: 'text' },
      'a name of its own',
    ],
    [
      'another delimiter',
      'id;text\n1;a\n',
      'the fields of the file are separated by semicolons, not by commas',
      { line: 1 },
      "--delimiter ';'",
    ],
    [
      'a row of other length',
      'id,text\n1,a\n2,b,c\n',
      'the row has 3 fields where the header has 2',
      { line: 3 },
      'nothing has been classified',
    ],
    [
      'a text that runs on',
      `text\n${'a'.repeat(1_000_001)}\n`,
      'the text is 1000001 characters long, more than 1000000',
      { line: 2 },
      'a quote may be missing',
    ],
  ])('refuses %s, and says where and what to do', (_, content, message, place, remedy) => {
    expect(() => read(content)).toThrow(
      expect.objectContaining({
        ...{ name: 'UserError', message, place: { file: 'new.csv', ...place } },
        remedy: expect.stringContaining(remedy),
      }),
    );
  });
});

describe('refuseTaken', () => {
  it.each([
    ['abstained,text', undefined],
    ['score_ai,text', ['ai', 'human']],
  ])('refuses the columns %s, with scores of %j', (header, labels) => {
    const file = read(`${header}\n1,a\n`);
    expect(() => refuseTaken(file, answerColumns(labels), 'new.csv')).toThrow(
      expect.objectContaining({ name: 'UserError', place: { file: 'new.csv', line: 1, field: header.split(',')[0] } }),
    );
  });

  it('lets other columns be', () => {
    expect(() => refuseTaken(read('label,text\n1,a\n'), answerColumns(['ai']), 'new.csv')).not.toThrow();
  });
});

describe('formatAnswers', () => {
  const answer = {
    label: 'ai',
    scores: { ai: 0.75, human: 0.25 },
    abstained: true,
    abstainedBecause: 'short' as const,
  };

  it('keeps what was there, and leaves the fields of rows without an answer empty', () => {
    const file = read('id,text\n7,"a, b"\n8,\n');
    expect(formatAnswers(file, [answer, undefined], undefined, ',')).toBe(
      'id,text,predicted_label,predicted_score,abstained,abstained_because\n7,"a, b",ai,0.750000,true,short\n8,"","","","",""\n',
    );
  });

  it("adds each label's score, by the delimiter that was given", () => {
    const file = read('text\na\n', { delimiter: ';' });
    expect(formatAnswers(file, [answer], ['human', 'ai'], ';')).toBe(
      'text;predicted_label;predicted_score;abstained;abstained_because;score_human;score_ai\na;ai;0.750000;true;short;0.250000;0.750000\n',
    );
  });
});
