/**
 * One form for texts that look the same: Unicode NFC, LF as the line end, no white space at the ends of lines, single
 * spaces within them, at most one blank line in a row.
 */
export function normaliseText(text: string): string {
  return text
    .normalize('NFC')
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
