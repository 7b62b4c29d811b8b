import { createReadStream } from 'node:fs';

/** Whether a file holds a word, read piece by piece: it may be large. */
export async function mentions(file: string, word: string, signal?: AbortSignal): Promise<boolean> {
  const wanted = Buffer.from(word);
  let before = Buffer.alloc(0); // The end of the last piece, where the word may begin.
  for await (const piece of createReadStream(file, { highWaterMark: 1 << 20, signal })) {
    const bytes = Buffer.concat([before, piece]);
    if (bytes.includes(wanted)) return true;
    before = bytes.subarray(-(wanted.length - 1));
  }
  return false;
}
