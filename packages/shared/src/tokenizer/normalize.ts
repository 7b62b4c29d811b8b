/** How a text is prepared before its words are cut into pieces. */
export interface NormalizeOptions {
  /** Capitals become small letters. */
  readonly lowercase: boolean;
  /** Letters lose their accents. */
  readonly stripAccents: boolean;
  /** Chinese characters become words of their own. */
  readonly chineseCharacters: boolean;
}

/** Unicode's controls, formats, private and lone surrogates, and the replacement character: removed from every text. */
const removed = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\ufffd]/gu;

/**
 * Chinese ideographs as Hugging Face's tokenizers know them, their `2b920` included: BERT's own list goes on from
 * U+2B820, but who opens our model folders reads the text in their way.
 */
const chinese =
  /[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/gu;

/** ASCII's symbols, such as `$` and `+`, count as punctuation too. */
const wordOrPunctuation = /[^ \p{P}!-/:-@[-`{-~]+|[\p{P}!-/:-@[-`{-~]/gu;

/** Whether a UTF-16 unit is white space that separates words. The other ASCII controls are removed instead. */
export function isSeparator(code: number): boolean {
  if (code < 128) return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
  return (
    code === 0xa0 ||
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  );
}

/** BERT's BasicTokenizer on a stretch of text without white space: cleaned words, and each punctuation mark alone. */
export function basicTokens(text: string, options: NormalizeOptions): readonly string[] {
  return normalize(text, options).match(wordOrPunctuation) ?? [];
}

/** A stretch of text as its words are cut out of it; a space stands on both sides of each Chinese character. */
export function normalize(text: string, options: NormalizeOptions): string {
  let clean = text.replace(removed, '');
  if (options.chineseCharacters) clean = clean.replace(chinese, ' $& ');
  if (options.stripAccents) clean = clean.normalize('NFD').replace(/\p{Mn}/gu, '');
  // Letter by letter, as Hugging Face's tokenizers do it: JavaScript alone would give a final sigma its own form.
  if (options.lowercase) clean = clean.replaceAll('Σ', 'σ').toLowerCase();
  return clean;
}

/** Where the words of a normalized stretch are: start and end, one after the other. */
export function wordPlaces(normalized: string): number[] {
  return [...normalized.matchAll(wordOrPunctuation)].flatMap(({ 0: word, index }) => [index, index + word.length]);
}
