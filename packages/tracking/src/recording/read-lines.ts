import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

export interface Lines {
  readonly lines: readonly string[];
  /** Bytes that they take in the file, line ends included. */
  readonly bytes: number;
}

/**
 * Whole lines of a file from byte `from` on, about `limit` bytes of them. A last line without its end belongs to a writer
 * that is still writing it, unless the file is `finished`: then it counts if it is whole, as JSON tells.
 */
export function readLines(path: string, from: number, { finished = false, limit = 1 << 20 } = {}): Lines {
  const file = openSync(path, 'r');
  try {
    const rest = fstatSync(file).size - from;
    for (let size = Math.min(limit, rest); size > 0; size = Math.min(size * 2, rest)) {
      const buffer = Buffer.alloc(size);
      const read = readSync(file, buffer, 0, size, from);
      const end = buffer.lastIndexOf(10, read - 1) + 1;
      const whole = finished && read === rest && isJson(buffer.toString('utf8', end, read)) ? read : end;
      if (whole > 0) return { lines: buffer.toString('utf8', 0, whole).replace(/\n$/, '').split('\n'), bytes: whole };
      if (size === rest) break;
    }
    return { lines: [], bytes: 0 };
  } finally {
    closeSync(file);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
