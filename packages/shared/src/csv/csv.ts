import { constants } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';
import { CsvError, parse } from 'csv-parse/sync';
import { UserError } from '../errors.ts';
import { sha256 } from '../files.ts';
import { type NamedBy, otherDelimiter } from './delimiter.ts';
import { checkEncoding, countLineEnds } from './encoding.ts';
import { findBrokenQuote } from './quotes.ts';

/** A quoted field may go on to the end of the file, and V8 holds no longer text. */
const mostBytes = constants.MAX_STRING_LENGTH;

/** One record of a CSV file. */
export interface CsvRow {
  /** The line, from 1, on which it starts. */
  readonly line: number;
  readonly fields: readonly string[];
}

export interface CsvFile {
  readonly header: readonly string[];
  readonly rows: readonly CsvRow[];
}

export interface CsvOptions {
  /** What separates the fields, a character of ASCII; by default a comma. */
  readonly delimiter?: string;
  /** What to do where the file is missing. */
  readonly whereMissing?: string;
  /** For what errors say is to be done. Default: `experiment`. */
  readonly namedBy?: NamedBy;
}

/**
 * Reads a CSV file (RFC 4180, UTF-8, a header first); `file` is what errors call it. Blank lines are passed over. With the
 * sha256 of what was read.
 */
export function readCsv(
  path: string,
  file: string,
  { delimiter, namedBy, whereMissing = 'put the file there, or correct its path' }: CsvOptions = {},
): CsvFile & { readonly sha256: string } {
  let bytes: Buffer;
  try {
    const { size } = statSync(path);
    if (size > mostBytes) throw tooLarge(size, file);
    bytes = readFileSync(path);
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UserError(missing ? 'the CSV file is missing' : `the CSV file cannot be read: ${String(cause)}`, {
      place: { file },
      remedy: missing ? whereMissing : 'make it a file that can be read',
      cause,
    });
  }
  return { ...parseCsv(bytes, file, delimiter, namedBy), sha256: sha256(bytes) };
}

function tooLarge(size: number, file: string): UserError {
  return new UserError(`the CSV file has ${size} bytes; more than ${mostBytes} cannot be read at once`, {
    place: { file },
    remedy: 'split it into several files, each with the header',
  });
}

/** Parses the bytes of a CSV file. */
export function parseCsv(content: Buffer, file: string, delimiter = ',', namedBy?: NamedBy): CsvFile {
  const bytes = checkEncoding(content, file);
  const { records, ends } = parseRecords(bytes, file, delimiter, namedBy);
  if (records.length < 2) {
    throw new UserError(records.length === 0 ? 'the CSV file is empty' : 'the CSV file has a header, but no rows', {
      place: { file },
      remedy: 'give it a header line and rows',
    });
  }
  let line = 1;
  let offset = 0;
  const rows = records.map((fields, i) => {
    const start = skipBlankLines(bytes, offset);
    const first = line + countLineEnds(bytes, offset, start);
    line = first + countLineEnds(bytes, start, ends[i]);
    offset = ends[i];
    return { line: first, fields };
  });
  return { header: rows[0].fields.map((name) => name.trim()), rows: rows.slice(1) };
}

/** The records, and for each the offset at which it ends, its line end included. */
function parseRecords(
  bytes: Buffer,
  file: string,
  delimiter: string,
  namedBy?: NamedBy,
): { records: string[][]; ends: number[] } {
  const ends: number[] = [];
  try {
    const records = parse(bytes, {
      delimiter,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      skip_empty_lines: true,
      on_record: (record, { bytes }) => {
        ends.push(bytes);
        return record;
      },
    });
    return { records, ends };
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const other = otherDelimiter(firstLine(bytes), delimiter, file, namedBy);
    if (other !== undefined) throw other;
    const broken = findBrokenQuote(bytes, delimiter);
    throw new UserError(broken?.what ?? `the CSV cannot be read: ${cause.message}`, {
      place: { file, line: broken?.line ?? Number(cause.lines) },
      remedy: 'put fields that hold a quote, a separator or a line break in quotes, and double each quote inside',
      cause,
    });
  }
}

function firstLine(bytes: Buffer): string {
  const [line] = bytes
    .subarray(skipBlankLines(bytes, 0))
    .toString()
    .split(/[\r\n]/, 1);
  return line;
}

function skipBlankLines(bytes: Buffer, from: number): number {
  let offset = from;
  while (bytes[offset] === 0x0a || bytes[offset] === 0x0d) offset++;
  return offset;
}
