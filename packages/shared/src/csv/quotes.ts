/** What is wrong with the quotes of a CSV file, and the line on which the quote stands that starts the trouble. */
export interface BrokenQuote {
  readonly what: string;
  readonly line: number;
}

const quote = 0x22;
const newline = 0x0a;
const carriageReturn = 0x0d;

/** The first place where the quotes break RFC 4180, with fields that `delimiter`, a character of ASCII, separates. Only looked for after the parser has failed, to tell where it started. */
export function findBrokenQuote(bytes: Uint8Array, delimiter: string): BrokenQuote | undefined {
  const separator = delimiter.charCodeAt(0);
  let line = 1;
  let opened = 0; // The line of the quote that opened the field we are in; 0 outside of quotes.
  let fieldStart = true;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    const next = bytes[i + 1];
    const lineEnd = byte === newline || (byte === carriageReturn && next !== newline);
    if (lineEnd) line++;
    if (opened > 0) {
      if (byte !== quote) continue;
      if (next === quote) {
        i++;
        continue;
      }
      if (next !== undefined && next !== separator && next !== newline && next !== carriageReturn) {
        const where = line === opened ? '' : ` in line ${line}`;
        return { what: `the quote that opens here is closed${where}, but the field goes on after it`, line: opened };
      }
      opened = 0;
      fieldStart = false;
    } else if (byte === quote) {
      if (!fieldStart) return { what: 'a quote stands inside a field that is not quoted', line };
      opened = line;
    } else {
      fieldStart = byte === separator || byte === newline || byte === carriageReturn;
    }
  }
  return opened > 0 ? { what: 'the quote that opens here is never closed', line: opened } : undefined;
}
