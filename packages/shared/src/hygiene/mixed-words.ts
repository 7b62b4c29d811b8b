import type { Note } from './changes.ts';
import { type Edited, edit, unchanged } from './edits.ts';
import { type Alphabet, genuine, lookAlikeClass, lookAlikes } from './look-alikes.ts';

const between = '[\\p{M}\\p{N}]*';
/** A Latin letter and a look-alike in one word, with no other letter between them. */
const mixture = new RegExp(
  `[a-zA-Z\\u00c0-\\u024f]${between}[${lookAlikeClass}]|[${lookAlikeClass}]${between}[a-zA-Z\\u00c0-\\u024f]`,
  'u',
);
const words = /[\p{L}\p{M}\p{N}]+/gu;
const alike = new RegExp(`[${lookAlikeClass}]`, 'u');

/** A word of Latin letters and their look-alikes; no others. */
interface Word {
  readonly letters: readonly string[];
  readonly latin: number;
  readonly alphabets: ReadonlySet<Alphabet>;
}

/**
 * Look-alikes become Latin letters in words that have Latin ones too, unless a letter is among them that looks like none: that word
 * is of its own alphabet. A text that mixes so, and has no genuine word of the alphabet, loses all look-alikes of it, the Cyrillic а
 * that stands alone as well; one with genuine words only where Latin letters are the most. Letters of science stay:
 * the Greek one of TNFα, two letters as αx, transcriptions in the phonetic alphabet.
 */
export function replaceLookAlikes(text: string, note: Note): Edited {
  if (!mixture.test(text)) return unchanged(text);
  const known = new Map<Alphabet, boolean>();
  const isGenuine = (alphabet: Alphabet) => {
    const found = known.get(alphabet) ?? genuine[alphabet].test(text);
    known.set(alphabet, found);
    return found;
  };
  const disguised = new Set<Alphabet>();
  for (const [found] of text.matchAll(words)) {
    const word = readWord(found);
    if (word === undefined || !isDisguise(word, isGenuine)) continue;
    for (const alphabet of word.alphabets) if (!isGenuine(alphabet)) disguised.add(alphabet);
  }
  return edit(text, words, (found) => {
    const word = readWord(found);
    if (word === undefined) return found;
    if (![...word.alphabets].every((alphabet) => disguised.has(alphabet)) && !isDisguise(word, isGenuine)) return found;
    return word.letters.map((letter) => replaced(letter, note)).join('');
  });
}

function replaced(letter: string, note: Note): string {
  const like = lookAlikes.get(letter);
  if (like === undefined) return letter;
  note('look-alike');
  return like.latin;
}

/** Undefined where no letter looks Latin, or one neither is Latin nor looks so. */
function readWord(found: string): Word | undefined {
  if (!alike.test(found)) return undefined;
  const letters = [...found];
  const alphabets = new Set<Alphabet>();
  let latin = 0;
  for (const letter of letters) {
    const like = lookAlikes.get(letter);
    if (like !== undefined) alphabets.add(like.alphabet);
    else if (/[a-zA-Z\u00c0-\u024f]/.test(letter)) latin++;
    else if (/\p{L}/u.test(letter)) return undefined;
  }
  return { letters, latin, alphabets };
}

function isDisguise({ letters, latin, alphabets }: Word, isGenuine: (alphabet: Alphabet) => boolean): boolean {
  const alike = letters.filter((letter) => lookAlikes.has(letter)).length;
  if (latin === 0) return false;
  if (latin <= alike && [...alphabets].some(isGenuine)) return false;
  if (alphabets.has('phonetic') && (latin + alike < 3 || isGenuine('phonetic'))) return false;
  return !alphabets.has('greek') || (latin + alike >= 3 && !hasGreekSymbol(letters));
}

/** Whether a small Greek letter has no other small letter beside it. */
function hasGreekSymbol(letters: readonly string[]): boolean {
  return letters.some((letter, i) => {
    if (lookAlikes.get(letter)?.alphabet !== 'greek' || !isSmall(letter)) return false;
    return !isSmall(letters[i - 1] ?? '') && !isSmall(letters[i + 1] ?? '');
  });
}

function isSmall(letter: string): boolean {
  return /\p{Ll}/u.test(letter);
}
