import { isSeparator } from './normalize.ts';

/** A letter or digit of ASCII, by its code. */
const isPlainWord = Uint8Array.from({ length: 128 }, (_, code) =>
  /[0-9A-Za-z]/.test(String.fromCharCode(code)) ? 1 : 0,
);

/**
 * Cuts a text at white space, and what is plain ASCII also at punctuation: stretches that are tokenized on their own
 * without a change of the result. `start` is the place in the text. Stops when `visit` returns false.
 */
export function visitStretches(text: string, visit: (stretch: string, start: number) => boolean): void {
  let start = 0;
  while (start < text.length) {
    if (isSeparator(text.charCodeAt(start))) {
      start++;
      continue;
    }
    let end = start;
    let plain = true;
    for (; end < text.length; end++) {
      const code = text.charCodeAt(end);
      if (isSeparator(code)) break;
      if (code < 0x21 || code > 0x7e) plain = false;
    }
    if (!plain) {
      if (!visit(text.slice(start, end), start)) return;
      start = end;
    }
    while (start < end) {
      let stop = start + 1;
      if (isPlainWord[text.charCodeAt(start)] === 1) {
        while (stop < end && isPlainWord[text.charCodeAt(stop)] === 1) stop++;
      }
      if (!visit(text.slice(start, stop), start)) return;
      start = stop;
    }
  }
}
