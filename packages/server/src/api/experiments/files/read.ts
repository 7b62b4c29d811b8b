import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { consoleFile } from '@retort/shared';
import { NotFound } from '@retort/tracking';
import type { z } from 'zod';

/** Bytes of a console's end that are read. */
const tailBytes = 256 << 10;

/** A JSON file of a run's folder, as its schema has it. A NotFound where there is none, or one of another version. */
export function readJson<T extends z.ZodType>(folder: string, file: string, schema: T): z.output<T> {
  const path = join(folder, file);
  if (!existsSync(path)) throw missing(`the run has no ${file}`, 'ask for it of a run that makes one');
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

/** For a file of a run's folder that is gone, or is not what it ought to be. */
export function unreadable(file: string, cause: unknown): NotFound {
  return new NotFound(`the run's ${file} cannot be read: it is gone, damaged, or of another version`, {
    place: { field: 'run' },
    remedy: 'run its stage again',
    cause,
  });
}

/** The last lines that a stage said; none of a run that is older than such files. */
export function readConsole(folder: string, count: number) {
  const path = join(folder, consoleFile);
  if (!existsSync(path)) return { lines: [], cut: false };
  const { text, whole } = readEnd(path);
  const all = text.split('\n').filter((line) => line !== '');
  const lines = all.slice(-count).map((line) => {
    const [, time = '', said = line] = /^(\d{4}-\S+Z) {2}(.*)$/.exec(line) ?? [];
    return { time, text: said };
  });
  return { lines, cut: !whole || all.length > count };
}

function missing(what: string, remedy: string): NotFound {
  return new NotFound(what, { place: { field: 'run' }, remedy });
}

function readEnd(path: string): { readonly text: string; readonly whole: boolean } {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const from = Math.max(0, size - tailBytes);
    const bytes = Buffer.alloc(size - from);
    const read = readSync(file, bytes, 0, bytes.length, from);
    const text = bytes.subarray(0, read).toString('utf8');
    return { text: from === 0 ? text : text.slice(text.indexOf('\n') + 1), whole: from === 0 };
  } finally {
    closeSync(file);
  }
}
