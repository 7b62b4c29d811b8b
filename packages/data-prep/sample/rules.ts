/**
 * What a passage of the sample must be, whoever wrote it. A human passage that breaks a rule is never cut out of an
 * address; an AI passage that breaks one is mended by hand. So nothing of this can tell the two sides apart.
 */

export const minWords = 80;
export const maxWords = 150;

/** The only words that may have a capital inside a sentence. All other names, dates and places are out. */
export const allowedCapitals: ReadonlySet<string> = new Set(
  (
    'I America American Americans United States Congress Nation Union Federal Government Constitution President ' +
    'Senate House State Social Security God'
  ).split(' '),
);

/** Greetings, thanks and blessings: the frame of a speech, which a cut-out passage has no use for. */
const frame =
  /\b(thank you|thanks to you|fellow (americans|citizens|countrymen)|ladies and gentlemen|god bless|god save|good evening|mr|mrs|madam|vice president|distinguished (guests|members|colleagues|visitors))\b/i;

/** What a sentence breaks, in words; empty if it may stand in a passage. */
export function faultsOf(sentence: string): string[] {
  const faults: string[] = [];
  const odd = /[^A-Za-z ,.:?'-]/.exec(sentence);
  if (odd !== null) faults.push(`the character ${JSON.stringify(odd[0])}`);
  if (/[.?](?!$)/.test(sentence)) faults.push('a full stop or question mark inside');
  if (!/[.?]$/.test(sentence)) faults.push('no end');
  if (/(^|[^A-Za-z])-|-([^A-Za-z]|$)/.test(sentence)) faults.push('a hyphen that joins no words');
  if (/(^|[^A-Za-z])'/.test(sentence)) faults.push('a quotation');
  const name = capitalsInside(sentence).find((word) => !allowedCapitals.has(word));
  if (name !== undefined) faults.push(`the capital of "${name}"`);
  const spoken = frame.exec(sentence);
  if (spoken !== null) faults.push(`the frame of a speech, "${spoken[0]}"`);
  return faults;
}

/** Words with a capital after the first word of a sentence, without what follows an apostrophe. */
export function capitalsInside(sentence: string): string[] {
  const words = sentence.match(/[A-Za-z]+('[A-Za-z]+)?/g) ?? [];
  return words
    .slice(1)
    .filter((word) => /[A-Z]/.test(word))
    .map((word) => word.replace(/'.*$/, ''));
}

/** Straight quotes, one kind of hyphen, ` -- ` for every dash, single spaces. */
export function normaliseMarks(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[\u201c\u201d]/g, '"')
    .replace(/[\u2010\u2011]/g, '-')
    .replace(/\s*[\u2013\u2014]\s*/g, ' -- ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Cuts at full stops, question and exclamation marks before a capital. An abbreviation such as `Mr.` ends no sentence. */
export function splitSentences(text: string): string[] {
  const sentences: string[] = [];
  for (const piece of text.split(/(?<=[.?!]["']?) (?=["']?[A-Z])/)) {
    const last = sentences.length - 1;
    if (last >= 0 && /(^|[^A-Za-z])(Mr|Mrs|Ms|Dr|St|Gen|Sen|Rep|Gov|Jr|[A-Z])\.$/.test(sentences[last])) {
      sentences[last] += ` ${piece}`;
    } else {
      sentences.push(piece);
    }
  }
  return sentences;
}

export function countWords(text: string): number {
  return text.split(' ').length;
}

/**
 * How long a passage is: words, and characters at 5.6 a word. Matched in this mixture, neither the words alone nor the
 * characters alone tell the sides apart, though the human words are longer.
 */
export function measureLength(text: string): number {
  return 0.7 * countWords(text) + (0.3 * text.length) / 5.6;
}
