import { doubled, TokenList } from './token-list.ts';

/** Stretches that are kept at first, and at most: then all are forgotten. */
const firstEntries = 1024;
const mostEntries = 65_536;
/** The longest stretch that is kept, in UTF-16 units. */
export const longestKept = 32;

/** An entry is some numbers in a row: its hash, place and number of its units, place and number of its tokens. */
const hashAt = 0;
const unitsAt = 1;
const lengthAt = 2;
const tokensAt = 3;
const countAt = 4;
const entrySize = 5;
/** So many places of the table are looked at: no stretches, made up to have equal hashes, make a search longer. */
const mostProbes = 8;

/**
 * The tokens of stretches that came before. Found by the units as they stand in a text: for a `Map` a string would have to be made, and hashed, of each stretch.
 */
export class StretchCache {
  /** By hash: an entry's number and one, or 0. Twice as many as entries. */
  #table = new Int32Array(2 * firstEntries);
  #entries = new Int32Array(firstEntries * entrySize);
  #size = 0;
  #units = new Uint16Array(8 * firstEntries);
  #unitsEnd = 0;
  /** Their places are those in the stretch. */
  readonly #tokens = new TokenList();

  /** Appends the tokens of `text` from `start` to `end`, placed at `place`; false where they are not known. */
  append(text: Uint16Array, start: number, end: number, into: TokenList, place: number): boolean {
    const length = end - start;
    if (length > longestKept) return false;
    const hash = hashOf(text, start, end);
    const table = this.#table;
    const entries = this.#entries;
    for (let probe = 0; probe < mostProbes; probe++) {
      const number = table[(hash + probe) & (table.length - 1)];
      if (number === 0) return false;
      const entry = (number - 1) * entrySize;
      if (entries[entry + hashAt] !== hash || entries[entry + lengthAt] !== length) continue;
      if (!isAt(this.#units, entries[entry + unitsAt], text, start, end)) continue;
      const { ids, starts, ends } = this.#tokens;
      const first = entries[entry + tokensAt];
      const behind = first + entries[entry + countAt];
      for (let i = first; i < behind; i++) into.push(ids[i], place + starts[i], place + ends[i]);
      return true;
    }
    return false;
  }

  /** Keeps the tokens of a stretch of at most `longestKept`: those of the list from `first` on, which are placed at `place`. */
  add(text: Uint16Array, start: number, end: number, tokens: TokenList, first: number, place: number): void {
    if (this.#size * entrySize === this.#entries.length) this.#makeRoom();
    const hash = hashOf(text, start, end);
    const count = tokens.length - first;
    this.#entries.set([hash, this.#unitsEnd, end - start, this.#tokens.length, count], this.#size * entrySize);
    for (let i = first; i < tokens.length; i++) {
      this.#tokens.push(tokens.ids[i], tokens.starts[i] - place, tokens.ends[i] - place);
    }
    if (this.#unitsEnd + end - start > this.#units.length) this.#units = doubled(this.#units);
    for (let i = start; i < end; i++) this.#units[this.#unitsEnd++] = text[i];
    this.#enter(hash, ++this.#size);
  }

  /** Where all of its places are taken, the first gives way: what it stood for is found out again when it comes again. */
  #enter(hash: number, number: number): void {
    const mask = this.#table.length - 1;
    let probe = 0;
    while (probe < mostProbes && this.#table[(hash + probe) & mask] !== 0) probe++;
    this.#table[(hash + (probe % mostProbes)) & mask] = number;
  }

  #makeRoom(): void {
    if (this.#size >= mostEntries) {
      this.#size = 0;
      this.#unitsEnd = 0;
      this.#tokens.length = 0;
      this.#table.fill(0);
      return;
    }
    this.#entries = doubled(this.#entries);
    this.#table = new Int32Array(2 * this.#table.length);
    for (let i = 0; i < this.#size; i++) this.#enter(this.#entries[i * entrySize + hashAt], i + 1);
  }
}

/** FNV-1a by UTF-16 units, then stirred, for the table uses the low bits. */
function hashOf(text: Uint16Array, start: number, end: number): number {
  let hash = 0x811c9dc5 | 0;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ text[i], 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}

function isAt(units: Uint16Array, place: number, text: Uint16Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (units[place + i - start] !== text[i]) return false;
  return true;
}
