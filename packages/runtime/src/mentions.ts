import { createReadStream } from 'node:fs';

/** Whether a file holds one of some words, read piece by piece: it may be large. */
export async function mentions(file: string, words: readonly string[], signal?: AbortSignal): Promise<boolean> {
  const wanted = words.map((word) => Buffer.from(word));
  const longest = Math.max(...wanted.map(({ length }) => length));
  let before = Buffer.alloc(0); // The end of the last piece, where a word may begin.
  for await (const piece of createReadStream(file, { highWaterMark: 1 << 20, signal })) {
    const bytes = Buffer.concat([before, piece]);
    if (wanted.some((word) => bytes.includes(word))) return true;
    before = bytes.subarray(-(longest - 1));
  }
  return false;
}
