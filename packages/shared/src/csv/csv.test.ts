import { constants } from 'node:buffer';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { UserError } from '../errors.ts';
import { parseCsv, readCsv } from './csv.ts';
import { parseDelimiter } from './delimiter.ts';
import { formatCsv } from './format.ts';

const parse = (content: string | Buffer) => parseCsv(Buffer.from(content), 'a.csv');

function refusal(action: () => unknown): UserError {
  try {
    action();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('parseCsv', () => {
  it('reads quoted fields with commas, quotes and line breaks', () => {
    expect(parse('text,label\n"a, ""b""\nc",1\n').rows).toEqual([{ line: 2, fields: ['a, "b"\nc', '1'] }]);
  });

  it('tells the line on which each record starts, over blank lines and records of several lines', () => {
    const rows = parse('\na,b\n\n"x\n\ny",1\n\nz,2\n"q",3').rows;
    expect(rows.map(({ line }) => line)).toEqual([4, 8, 9]);
  });

  it.each(['\n', '\r\n', '\r'])('takes %j as the line end', (end) => {
    const rows = parse(['a,b', '"x', 'y",1', 'é,2', ''].join(end)).rows;
    expect(rows).toEqual([
      { line: 2, fields: [`x${end}y`, '1'] },
      { line: 4, fields: ['é', '2'] },
    ]);
  });

  it('takes a byte order mark off', () => {
    expect(parse('\ufeff"text",label\na,1\n').header).toEqual(['text', 'label']);
  });

  it.each([';', '\t'])('takes %j for the delimiter where that is asked for', (delimiter) => {
    const content = `a${delimiter}b\n"x${delimiter}, ""y"""${delimiter}1\n`;
    expect(parseCsv(Buffer.from(content), 'a.csv', delimiter).rows).toEqual([
      { line: 2, fields: [`x${delimiter}, "y"`, '1'] },
    ]);
  });

  it('keeps rows of another length as they are', () => {
    expect(parse('a,b\n1\n1,2,3\n').rows.map(({ fields }) => fields.length)).toEqual([1, 3]);
  });

  it('reads back what formatCsv wrote by another delimiter', () => {
    const rows = [['a;b', 'c,d']];
    const content = formatCsv(['x', 'y'], rows, ';');
    expect(parseCsv(Buffer.from(content), 'a.csv', ';').rows.map(({ fields }) => fields)).toEqual(rows);
  });

  it('reads back whatever formatCsv wrote', () => {
    const field = fc.string({ unit: fc.constantFrom('a', ' ', ',', '"', '\n', '\r', 'é', '😀', "'") });
    const row = fc.tuple(field, field).filter(([a, b]) => a !== '' || b !== '');
    fc.assert(
      fc.property(fc.array(row, { minLength: 1 }), (rows) => {
        expect(parse(formatCsv(['x', 'y'], rows)).rows.map(({ fields }) => fields)).toEqual(rows);
      }),
      { seed: 1 },
    );
  });

  it('finds the start of every record by itself', () => {
    const field = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r\n', 'é') });
    fc.assert(
      fc.property(fc.array(fc.tuple(field, field), { minLength: 1 }), (rows) => {
        const lines = rows.map((_, i) => formatCsv(['x', 'y'], rows.slice(0, i)).split('\n').length);
        expect(parse(formatCsv(['x', 'y'], rows)).rows.map(({ line }) => line)).toEqual(lines);
      }),
      { seed: 1 },
    );
  });
});

describe('a broken CSV file', () => {
  it.each([
    ['is never closed', 'a,b\nx,1\n"y,2\nz,3\n', 3, 'never closed'],
    ['is closed by the quote of a later line', 'a,b\n"x,1\ny,2\n"z",3\n', 2, 'closed in line 4'],
    ['is closed too early', 'a,b\nx,1\n"y"z,2\n', 3, 'goes on after it'],
    ['opens inside a field', 'a,b\nx"y,1\n', 2, 'not quoted'],
  ])('is refused with the line of the quote that %s', (_, content, line, what) => {
    const error = refusal(() => parse(content));
    expect(error.place).toEqual({ file: 'a.csv', line });
    expect(error.message).toContain(what);
  });

  it.each([
    ['a;b\n1;say "hi" to\n', ',', "give --delimiter ';'"],
    ['a\tb\n1\tsay "hi" to\n', ',', "give --delimiter '\\t'"],
    ['a,b\n1,say "hi" to\n', ';', 'leave out --delimiter'],
  ])('is told by the option of a command what separates its fields: %j', (content, delimiter, remedy) => {
    expect(() => parseCsv(Buffer.from(content), 'a.csv', delimiter, 'options')).toThrow(
      expect.objectContaining({ name: 'UserError', remedy }),
    );
  });

  it('is said to have semicolons for commas rather than a quote in the wrong place', () => {
    const error = refusal(() => parse('id;text\n1;"a, b"\n'));
    expect(error.message).toBe('the fields of the file are separated by semicolons, not by commas');
  });

  it('is refused with the line of its quote whatever the delimiter', () => {
    expect(refusal(() => parseCsv(Buffer.from('a;b\nx;1\n"y"z;2\n'), 'a.csv', ';')).place.line).toBe(3);
  });

  it('is refused if it is missing', () => {
    expect(refusal(() => readCsv('/nowhere/a.csv', 'a.csv')).message).toBe('the CSV file is missing');
  });

  it('is refused if it is larger than any text can be', () => {
    const folder = mkdtempSync(join(tmpdir(), 'retort-'));
    const path = join(folder, 'a.csv');
    writeFileSync(path, '');
    truncateSync(path, constants.MAX_STRING_LENGTH + 1); // A hole: it takes no room on the disk.
    const error = refusal(() => readCsv(path, 'a.csv'));
    rmSync(folder, { recursive: true });
    expect(error.message).toContain('cannot be read at once');
    expect(error.remedy).toContain('split it');
  });

  it.each([
    ['', 'the CSV file is empty'],
    ['\n\n', 'the CSV file is empty'],
    ['a,b\n', 'the CSV file has a header, but no rows'],
  ])('is refused if it has no rows: %j', (content, what) => {
    expect(refusal(() => parse(content)).message).toBe(what);
  });

  it('is refused with the line that is not UTF-8', () => {
    const content = Buffer.concat([Buffer.from('a,b\né,1\nx'), Buffer.of(0xe9), Buffer.from(',2\n')]);
    expect(refusal(() => parse(content)).place).toEqual({ file: 'a.csv', line: 3 });
  });

  it('is refused with the line that holds a NUL byte', () => {
    expect(refusal(() => parse('a,b\nx,1\ny\0,2\n')).place).toEqual({ file: 'a.csv', line: 3 });
  });

  it('is called UTF-16 if it is', () => {
    expect(refusal(() => parse(Buffer.from('\ufeffa,b\nx,1\n', 'utf16le'))).message).toContain('UTF-16');
  });
});

describe('parseDelimiter', () => {
  it.each([
    [';', ';'],
    ['\\t', '\t'],
    ['\t', '\t'],
    ['|', '|'],
  ])('reads %j as %j', (given, delimiter) => {
    expect(parseDelimiter(given)).toBe(delimiter);
  });

  it.each(['', ';;', '"', '\n', 'ä', true])('refuses %j', (given) => {
    expect(() => parseDelimiter(given)).toThrow(
      expect.objectContaining({ name: 'UserError', place: { field: '--delimiter' } }),
    );
  });
});
