import { isUtf8 } from 'node:buffer';
import { UserError } from '../errors.ts';

const newline = 0x0a;
const carriageReturn = 0x0d;

/** Refuses bytes that are no UTF-8 text, naming the first line that is wrong; takes a byte order mark off. */
export function checkEncoding(bytes: Buffer, file: string): Buffer {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw new UserError('the file is UTF-16, not UTF-8', { place: { file, line: 1 }, remedy: 'save it as UTF-8' });
  }
  if (!isUtf8(bytes)) {
    throw new UserError('the line is not valid UTF-8', {
      place: { file, line: firstLine(bytes, (line) => !isUtf8(line)) },
      remedy: 'save the file as UTF-8, or mend the line',
    });
  }
  const nul = bytes.indexOf(0);
  if (nul >= 0) {
    throw new UserError('the line holds a NUL byte: this is no text', {
      place: { file, line: countLineEnds(bytes, 0, nul) + 1 },
      remedy: 'remove the byte; if there are many, the file may be UTF-16 or no CSV at all',
    });
  }
  const mark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return mark ? bytes.subarray(3) : bytes;
}

/** How many lines end between two offsets. LF, CRLF and a lone CR each end one. */
export function countLineEnds(bytes: Buffer, from: number, to: number): number {
  let count = 0;
  for (let i = from; i < to; i++) {
    if (bytes[i] === newline || (bytes[i] === carriageReturn && bytes[i + 1] !== newline)) count++;
  }
  return count;
}

/** The number, from 1, of the first line that is as `wrong` says. A line end is never inside a character of UTF-8. */
function firstLine(bytes: Buffer, wrong: (line: Buffer) => boolean): number | undefined {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const at = bytes.indexOf(newline, start);
    const end = at < 0 ? bytes.length : at + 1;
    if (wrong(bytes.subarray(start, end))) return line;
    start = end;
  }
  return undefined;
}
