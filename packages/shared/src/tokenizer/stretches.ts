import { isSeparator } from './normalize.ts';

/** What each UTF-16 unit is: white space, a letter or digit of ASCII, another printable character of ASCII, or anything else. */
const [space, plainWord, plainMark] = [1, 2, 3];
const kinds = Uint8Array.from({ length: 0x10000 }, (_, code) => {
  if (isSeparator(code)) return space;
  if (code < 0x21 || code > 0x7e) return 0;
  return /[0-9A-Za-z]/.test(String.fromCharCode(code)) ? plainWord : plainMark;
});

/**
 * Cuts a text at white space, and what is plain ASCII also at punctuation: stretches that are tokenized on their own
 * without a change of the result. Stops when `visit` returns false.
 */
export function visitStretches(units: Uint16Array, visit: (start: number, end: number) => boolean): void {
  let start = 0;
  while (start < units.length) {
    if (kinds[units[start]] === space) {
      start++;
      continue;
    }
    let end = start;
    let plain = true;
    for (; end < units.length; end++) {
      const kind = kinds[units[end]];
      if (kind === space) break;
      if (kind === 0) plain = false;
    }
    if (!plain) {
      if (!visit(start, end)) return;
      start = end;
    }
    while (start < end) {
      let stop = start + 1;
      if (kinds[units[start]] === plainWord) {
        while (stop < end && kinds[units[stop]] === plainWord) stop++;
      }
      if (!visit(start, stop)) return;
      start = stop;
    }
  }
}
