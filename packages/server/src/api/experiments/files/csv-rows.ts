import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type CsvFile, parseCsv } from '@retort/shared';

const newline = 0x0a;
const carriageReturn = 0x0d;
const quote = 0x22;
const mark = [0xef, 0xbb, 0xbf];

export interface RowsQuestion {
  /** What errors call it. */
  readonly file: string;
  /** On which the rows start, from 1. */
  readonly lines: ReadonlySet<number>;
  /** Of the whole file. */
  readonly sha256: string;
  /** What separates the fields; default: a comma. */
  readonly delimiter?: string;
  /** Bytes that are looked at before others have their turn; 1 MiB takes a millisecond or two. */
  readonly pieceBytes?: number;
}

/**
 * The rows that start on some lines of a CSV file which `readCsv` has read before, in the file's order. Undefined where it is not that file any more.
 * That it is, makes it one without faults: each quote opens or closes. It passes by in pieces, whatever its size, for the server has other things to do.
 */
export async function readCsvRows(
  path: string,
  { file, lines, sha256, delimiter, pieceBytes = 1 << 20 }: RowsQuestion,
): Promise<CsvFile | undefined> {
  const hash = createHash('sha256');
  const records = new Records(lines);
  for await (const bytes of createReadStream(path, { highWaterMark: pieceBytes })) {
    hash.update(bytes);
    records.read(bytes);
  }
  if (hash.digest('hex') !== sha256) return undefined;
  const { header, rows, starts } = records.end();
  if (rows.length === 0) return { header: [], rows: [] };
  const csv = parseCsv(Buffer.concat([header, ...rows]), file, delimiter);
  return { header: csv.header, rows: csv.rows.map(({ fields }, i) => ({ line: starts[i], fields })) };
}

/** Finds where records begin and end, and keeps the header's bytes and those of the wanted ones. */
class Records {
  readonly #wanted: ReadonlySet<number>;
  readonly #kept: Buffer[] = [];
  readonly #starts: number[] = [];
  #pieces: Buffer[] | undefined;
  #inside = false;
  #quoted = false;
  #line = 1;
  #before = 0;
  #offset = 0;

  constructor(wanted: ReadonlySet<number>) {
    this.#wanted = wanted;
  }

  read(bytes: Buffer): void {
    let begin = 0;
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i];
      // A byte order mark belongs to no record.
      if (this.#offset < mark.length && byte === mark[this.#offset++]) continue;
      const ends = byte === newline || byte === carriageReturn;
      if (!this.#inside && !ends) {
        this.#begin();
        begin = i;
      }
      if (byte === quote) this.#quoted = !this.#quoted;
      if (ends) {
        if (!this.#quoted) this.#end(bytes, begin, i);
        // CRLF is one end.
        if (byte === carriageReturn || this.#before !== carriageReturn) this.#line++;
      }
      this.#before = byte;
    }
    // A copy, as a piece of a record would hold all of its surroundings in memory.
    if (this.#inside) this.#pieces?.push(Buffer.from(bytes.subarray(begin)));
  }

  /** What was found, each record with an end of line. */
  end(): { readonly header: Buffer; readonly rows: readonly Buffer[]; readonly starts: readonly number[] } {
    this.#end(Buffer.alloc(0), 0, 0);
    const [header = Buffer.alloc(0), ...rows] = this.#kept;
    return { header, rows, starts: this.#starts.slice(1) };
  }

  #begin(): void {
    this.#inside = true;
    this.#pieces = this.#starts.length === 0 || this.#wanted.has(this.#line) ? [] : undefined;
    if (this.#pieces !== undefined) this.#starts.push(this.#line);
  }

  #end(bytes: Buffer, begin: number, end: number): void {
    if (this.#inside && this.#pieces !== undefined) {
      this.#kept.push(Buffer.concat([...this.#pieces, bytes.subarray(begin, end), Buffer.from('\n')]));
    }
    this.#inside = false;
    this.#pieces = undefined;
  }
}
