import type { Note } from './changes.ts';
import { type Edited, edit, unchanged } from './edits.ts';

/**
 * Letters and digits drawn as mathematics, in circles or in squares: U+1D400 on, Letterlike Symbols that stand for one letter of
 * ASCII, Enclosed Alphanumerics. A selector after one makes it an emoji, which stays.
 */
const styles =
  /[\u{1d400}-\u{1d7ff}\u2102\u210a-\u210e\u2110-\u2113\u2115\u2119-\u211d\u2124\u2128\u212a\u212c\u212d\u212f-\u2131\u2133\u2134\u2145-\u2149\u24b6-\u24e9\u{1f130}-\u{1f149}\u{1f150}-\u{1f169}\u{1f170}-\u{1f189}](?!\ufe0f)/gu;
/** One of these beside a letter, or two of them: nobody writes mathematics so. */
const styledWord = new RegExp(`(?:${styles.source})(?:\\p{L}|${styles.source})|\\p{L}(?:${styles.source})`, 'u');
const fullwidth = /[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]/g;
const ligatures = /[\ufb00-\ufb06]/g;
const eastAsian = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}]/gu;
const eastAsianWord = new RegExp(`(?:${eastAsian.source})[\\p{L}\\p{N}]*$`, 'u');
const startsEastAsian = new RegExp(`^[\\p{L}\\p{N}]*(?:${eastAsian.source})`, 'u');

/**
 * Styled letters become plain ones where at least one of them stands in a word: "𝐡𝐞𝐥𝐥𝐨" is "hello", but the 𝑥 of a formula
 * stays. Ligatures become their letters.
 */
export function replaceStyles(text: string, note: Note): Edited {
  const pattern = styledWord.test(text) ? new RegExp(`${styles.source}|${ligatures.source}`, 'gu') : ligatures;
  return edit(text, pattern, (found) => {
    const letters = plain(found);
    if (letters === found) return found;
    note(letters.length > 1 ? 'ligature' : 'styled-letter');
    return letters;
  });
}

function plain(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  // Of white letters on black Unicode names no plain ones: A to Z, in rows of 32.
  if (code >= 0x1f150) return String.fromCharCode(0x41 + ((code - 0x1f150) % 32));
  return character.normalize('NFKC');
}

/** Fullwidth letters and digits become plain ones, but in a word with East Asian letters or a text that has more of these. */
export function replaceFullwidth(text: string, note: Note): Edited {
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  const wide = count(fullwidth);
  if (wide === 0 || count(eastAsian) > wide) return unchanged(text);
  return edit(text, /[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]+/g, (found, at) => {
    // Words of East Asian letters need no spaces: what is close enough tells.
    const isAtHome =
      eastAsianWord.test(text.slice(Math.max(0, at - 20), at)) ||
      startsEastAsian.test(text.slice(at + found.length, at + found.length + 20));
    if (isAtHome) return found;
    for (const _ of found) note('styled-letter');
    return found.normalize('NFKC');
  });
}
