import type { Random } from '@retort/shared';

/** Latin letters, and Cyrillic ones that most fonts draw the same. Not the list by which texts are cleaned: that is on trial here. */
const latin = 'aceiopsxyjhABCEHIKMOPTXY';
const cyrillic = 'асеіорѕхујһАВСЕНІКМОРТХУ';

/** A change of a text that a reader hardly notices, or that leaves its meaning. The same seed changes the same. */
export interface Perturbation {
  readonly name: string;
  /** In a few words, for the report. */
  readonly what: string;
  apply(text: string, random: Random): string;
}

/** What the report tries on each model, in the order of its columns. */
export const perturbations: readonly Perturbation[] = [
  {
    name: 'homoglyphs',
    what: 'three in ten of the letters that have a Cyrillic look-alike replaced by it',
    apply: (text, random) =>
      mapCharacters(text, (letter) =>
        latin.includes(letter) && random.uniform() < 0.3 ? cyrillic[latin.indexOf(letter)] : letter,
      ),
  },
  {
    name: 'zero-width',
    what: 'a zero-width space after one in five characters',
    apply: (text, random) => mapCharacters(text, (letter) => (random.uniform() < 0.2 ? `${letter}\u200b` : letter)),
  },
  { name: 'spaces', what: 'each space doubled', apply: (text) => text.replaceAll(' ', '  ') },
  { name: 'case', what: 'all letters capital', apply: (text) => text.toUpperCase() },
  {
    name: 'misspellings',
    what: 'one in ten words of four letters and more with two letters swapped, one left out or one doubled',
    apply: (text, random) =>
      text.replace(/\p{L}{4,}/gu, (word) => (random.uniform() < 0.1 ? misspelt(word, random) : word)),
  },
  { name: '50 words', what: 'cut after 50 words', apply: (text) => firstWords(text, 50) },
];

function mapCharacters(text: string, change: (character: string) => string): string {
  return Array.from(text, change).join('');
}

/** The first letter stays: those who mistype get it right. */
function misspelt(word: string, random: Random): string {
  const letters = Array.from(word);
  const i = 1 + random.integer(letters.length - 2);
  const [letter, next] = letters.slice(i, i + 2);
  const variants = [[next, letter], [next], [letter, letter, next]];
  letters.splice(i, 2, ...variants[random.integer(variants.length)]);
  return letters.join('');
}

function firstWords(text: string, count: number): string {
  const match = new RegExp(`^\\s*(?:\\S+\\s+){${count - 1}}\\S+`).exec(text);
  return match === null ? text : match[0];
}
