import { doubled, type TokenList } from './token-list.ts';

/** Stretches for which there is room at first, and at most: then all are forgotten. */
const firstEntries = 1024;
const mostEntries = 65_536;
/** The longest stretch that is kept, in UTF-16 units. */
export const longestKept = 32;

/*
 * An entry, in numbers of 32 bits that lie together, for what a search costs are the lines of memory that it touches:
 *
 *   the hash
 *   how many units, and 256 times how many tokens
 *   the units, two a number
 *   of each token its id, then from where, and 256 times to where in the stretch it comes
 */
const headSize = 2;
/** So many places of the table are looked at: no stretches, made up to have equal hashes, make a search longer. */
const mostProbes = 8;

/**
 * The tokens of stretches that came before. Found by the units as they stand in a text: for a `Map` a string would have to be made, and hashed, of each stretch.
 */
export class StretchCache {
  /** By hash: the place of an entry and one, or 0. Twice as many as entries. */
  #table = new Int32Array(2 * firstEntries);
  #size = 0;
  #memory = new Int32Array(16 * firstEntries);
  /** The same memory. */
  #halves = new Uint16Array(this.#memory.buffer);
  #end = 0;

  /** Appends the tokens of `text` from `start` to `end`, placed at `place`; false where they are not known. */
  append(text: Uint16Array, start: number, end: number, into: TokenList, place: number): boolean {
    const length = end - start;
    if (length > longestKept) return false;
    const hash = hashOf(text, start, end);
    const table = this.#table;
    const memory = this.#memory;
    for (let probe = 0; probe < mostProbes; probe++) {
      const entry = table[(hash + probe) & (table.length - 1)] - 1;
      if (entry < 0) return false;
      const counts = memory[entry + 1];
      if (memory[entry] !== hash || (counts & 255) !== length) continue;
      if (!isAt(this.#halves, 2 * (entry + headSize), text, start, end)) continue;
      const first = entry + headSize + ((length + 1) >> 1);
      const behind = first + 2 * (counts >> 8);
      for (let i = first; i < behind; i += 2) {
        const offsets = memory[i + 1];
        into.push(memory[i], place + (offsets & 255), place + (offsets >> 8));
      }
      return true;
    }
    return false;
  }

  /** Keeps the tokens of a stretch of at most `longestKept`: those of the list from `first` on, which are placed at `place`. */
  add(text: Uint16Array, start: number, end: number, tokens: TokenList, first: number, place: number): void {
    if (2 * this.#size === this.#table.length) this.#makeRoom();
    const length = end - start;
    const count = tokens.length - first;
    const entry = this.#end;
    this.#end += entrySize(length, count);
    while (this.#end > this.#memory.length) {
      this.#memory = doubled(this.#memory);
      this.#halves = new Uint16Array(this.#memory.buffer);
    }
    const memory = this.#memory;
    memory[entry] = hashOf(text, start, end);
    memory[entry + 1] = length + 256 * count;
    this.#halves.set(text.subarray(start, end), 2 * (entry + headSize));
    let at = entry + headSize + ((length + 1) >> 1);
    for (let i = first; i < tokens.length; i++) {
      memory[at++] = tokens.ids[i];
      memory[at++] = tokens.starts[i] - place + 256 * (tokens.ends[i] - place);
    }
    this.#size++;
    this.#enter(entry);
  }

  /** Where all of its places are taken, the first gives way: what it stood for is found out again when it comes again. */
  #enter(entry: number): void {
    const hash = this.#memory[entry];
    const mask = this.#table.length - 1;
    let probe = 0;
    while (probe < mostProbes && this.#table[(hash + probe) & mask] !== 0) probe++;
    this.#table[(hash + (probe % mostProbes)) & mask] = entry + 1;
  }

  #makeRoom(): void {
    if (this.#size >= mostEntries) {
      this.#size = 0;
      this.#end = 0;
      this.#table.fill(0);
      return;
    }
    this.#table = new Int32Array(2 * this.#table.length);
    for (let entry = 0; entry < this.#end; ) {
      this.#enter(entry);
      const counts = this.#memory[entry + 1];
      entry += entrySize(counts & 255, counts >> 8);
    }
  }
}

function entrySize(length: number, count: number): number {
  return headSize + ((length + 1) >> 1) + 2 * count;
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
