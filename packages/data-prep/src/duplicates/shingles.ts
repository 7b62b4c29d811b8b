import { cleanText } from '@retort/shared';

const size = 3;
/** Left and right single quotation mark, modifier letter apostrophe: `don’t` is the word `don't`. */
const typographicApostrophes = /[\u2018\u2019\u02bc]/g;

/**
 * The distinct 32-bit hashes of a text's word 3-grams, ascending. Case, punctuation and the form of apostrophes do not count, nor does what
 * hygiene undoes: a copy in disguise is a copy, and to a model the same text. A text of fewer words has one hash, of all that it has.
 */
export function shingle(text: string): Uint32Array {
  const words = hashWords(cleanText(text).text.toLowerCase().replace(typographicApostrophes, "'"));
  const count = Math.max(1, words.length - size + 1);
  const hashes = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    let hash = 0;
    for (let j = i; j < Math.min(i + size, words.length); j++) hash = mix(hash ^ words[j]);
    hashes[i] = hash;
  }
  hashes.sort();
  let distinct = 1;
  for (let i = 1; i < count; i++) if (hashes[i] !== hashes[distinct - 1]) hashes[distinct++] = hashes[i];
  return hashes.slice(0, distinct);
}

/** The Jaccard similarity of two ascending lists: the part of all entries that both have. */
export function jaccard(a: Uint32Array, b: Uint32Array): number {
  let common = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) {
      common++;
      i++;
      j++;
    } else if (a[i] < b[j]) i++;
    else j++;
  }
  return common / (a.length + b.length - common);
}

/**
 * FNV-1a over the UTF-16 units of each word, then mixed; without words, of the whole text. In scripts without spaces every
 * character is a word, so that 3-grams of words are 3-grams of characters there.
 */
function hashWords(text: string): number[] {
  const words: number[] = [];
  let hash = 0;
  let whole = basis;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    whole = Math.imul(whole ^ unit, prime);
    const kind = unitKind(unit);
    if (kind === inWord) hash = Math.imul((hash || basis) ^ unit, prime);
    else {
      if (hash !== 0) words.push(mix(hash));
      hash = 0;
      if (kind === wholeWord) words.push(mix(Math.imul(basis ^ unit, prime)));
    }
  }
  if (hash !== 0) words.push(mix(hash));
  return words.length > 0 ? words : [mix(whole)];
}

const basis = 0x811c9dc5;
const prime = 0x01000193;

const outside = 1;
const inWord = 2;
const wholeWord = 3;

/** The kind of each UTF-16 unit; 0: not looked up yet. */
const unitKinds = new Uint8Array(0x10000);

/** Chinese characters, kana, and the South East Asian scripts whose words no space parts. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** In words: letters, digits, marks, apostrophes, and all beyond the basic plane. */
function unitKind(unit: number): number {
  if (unitKinds[unit] === 0) {
    const character = String.fromCharCode(unit);
    const word = /[\p{L}\p{N}\p{M}\p{Cs}']/u.test(character);
    unitKinds[unit] = word ? (unspaced.test(character) ? wholeWord : inWord) : outside;
  }
  return unitKinds[unit];
}

/** The finaliser of MurmurHash3, which no two words share. */
function mix(word: number): number {
  let h = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
