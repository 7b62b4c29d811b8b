/** Up to this length, in UTF-16 units, texts take turns in the same memory. */
const sharedLength = 65_536;

/**
 * Gives the UTF-16 units of a text, which are read several times faster than by `charCodeAt`. They hold until the next call. Little-endian machines only, as all that Node
 * runs on today.
 */
export function unitReader(): (text: string) => Uint16Array {
  let memory = Buffer.alloc(0);
  return (text) => {
    const bytes = 2 * text.length;
    if (bytes > memory.length) {
      const larger = Buffer.from(new ArrayBuffer(Math.max(8192, 2 * bytes)));
      if (text.length > sharedLength) return write(text, larger);
      memory = larger;
    }
    return write(text, memory);
  };
}

function write(text: string, memory: Buffer): Uint16Array {
  memory.write(text, 'utf16le');
  return new Uint16Array(memory.buffer, 0, text.length);
}
