import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Writes the parts to a file under a temporary name, and renames it when it is whole. */
export async function writePartsTo(path: string, parts: AsyncIterable<string>): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await pipeline(parts, createWriteStream(temporary));
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Prints the parts as fast as they are read. A reader that has enough, such as `head`, ends it without an error. */
export async function printParts(output: Writable, parts: AsyncIterable<string>): Promise<void> {
  let closed = false;
  output.on('error', (error: NodeJS.ErrnoException) => {
    closed = true;
    if (error.code !== 'EPIPE') throw error;
  });
  for await (const part of parts) {
    if (closed) return;
    if (!output.write(part)) await Promise.race([once(output, 'drain'), once(output, 'close')]).catch(() => undefined);
  }
}
