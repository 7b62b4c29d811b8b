import { cleanText, type HygieneVersion } from '../hygiene/index.ts';
import type { Random } from '../random.ts';
import type { Encoding, Tokenizer } from './tokenizer.ts';

/** What a model reads of a text that is longer than its input. */
export const longTextPolicies = ['head', 'head_tail', 'windows'] as const;
export type LongTextPolicy = (typeof longTextPolicies)[number];

/** How a model reads texts. */
export interface Reading {
  readonly longTexts: LongTextPolicy;
  /** Longest input, `[CLS]` and `[SEP]` included. */
  readonly maxTokens: number;
  /** By which rules texts are cleaned before; without it, they are read as they are. */
  readonly hygiene?: HygieneVersion;
}

/** One text as a model reads it. */
export interface ReadText {
  /** Inputs of at most `maxTokens` ids, `[CLS]` to `[SEP]`; several only by `windows`. The text's logits are their mean. */
  readonly windows: readonly Int32Array[];
  /** Tokens of the text that are in some input, each counted once, `[CLS]` and `[SEP]` included. */
  readonly tokens: number;
  /** Whether a part of the text is in no input. */
  readonly truncated: boolean;
}

/**
 * The inputs that stand for a text. `head`: its first tokens. `head_tail`: a quarter of the room for its first tokens,
 * the rest for its last ones (Sun et al. 2019, How to Fine-Tune BERT for Text Classification?). `windows`: as many
 * windows as cover the text, evenly spread over it.
 */
export function readText(tokenizer: Tokenizer, text: string, { longTexts, maxTokens, hygiene }: Reading): ReadText {
  const limit = longTexts === 'head' ? maxTokens : Number.POSITIVE_INFINITY;
  return readEncoding(tokenizer.encode(hygienic(text, hygiene), limit), longTexts, maxTokens);
}

/** The inputs that stand for a text of these tokens: all that it has, or by `head` the first of them. */
export function readEncoding({ ids, truncated }: Encoding, longTexts: LongTextPolicy, maxTokens: number): ReadText {
  if (longTexts === 'head') return { windows: [ids], tokens: ids.length, truncated };
  if (longTexts === 'windows') return { windows: spreadWindows(ids, maxTokens), tokens: ids.length, truncated: false };
  const read = headAndTail(ids, maxTokens);
  return { windows: [read], tokens: read.length, truncated: ids.length > maxTokens };
}

/** The text that a model's tokenizer gets. */
export function hygienic(text: string, hygiene: HygieneVersion | undefined): string {
  return hygiene === undefined ? text : cleanText(text).text;
}

/** As many windows as cover `ids` (`[CLS]` to `[SEP]`), evenly spread: the first begins with it, the last ends with it. */
export function spreadWindows(ids: Int32Array, maxTokens: number): Int32Array[] {
  const starts = windowStarts(ids.length, maxTokens);
  return starts.length === 1 ? [ids] : starts.map((start) => windowAt(ids, start, roomFor(maxTokens)));
}

/** Where the windows of `length` ids begin, `[CLS]` to `[SEP]` counted in, but not before them. */
export function windowStarts(length: number, maxTokens: number): number[] {
  const room = roomFor(maxTokens);
  const spare = length - 2 - room;
  if (spare <= 0) return [0];
  const count = Math.ceil((length - 2) / room);
  return Array.from({ length: count }, (_, i) => Math.round((i * spare) / (count - 1)));
}

/** A window of `ids` (`[CLS]` to `[SEP]`) at a random place, each as likely; all of it where it is short enough. */
export function randomWindow(ids: Int32Array, maxTokens: number, random: Random): Int32Array {
  const room = roomFor(maxTokens);
  const spare = ids.length - 2 - room;
  return spare <= 0 ? ids : windowAt(ids, random.integer(spare + 1), room);
}

function headAndTail(ids: Int32Array, maxTokens: number): Int32Array {
  const room = roomFor(maxTokens);
  if (ids.length - 2 <= room) return ids;
  const head = headLength(maxTokens);
  const cut = new Int32Array(maxTokens);
  cut.set(ids.subarray(0, head + 1));
  cut.set(ids.subarray(ids.length - 1 - (room - head)), head + 1);
  return cut;
}

/** How many tokens of the beginning `head_tail` takes. */
export function headLength(maxTokens: number): number {
  return Math.floor(roomFor(maxTokens) / 4);
}

/** `room` tokens from `start` on, counted without `[CLS]`, between `[CLS]` and `[SEP]`. */
function windowAt(ids: Int32Array, start: number, room: number): Int32Array {
  const window = new Int32Array(room + 2);
  window[0] = ids[0];
  window.set(ids.subarray(1 + start, 1 + start + room), 1);
  window[room + 1] = ids[ids.length - 1];
  return window;
}

/** Tokens of the text that fit between `[CLS]` and `[SEP]`. */
function roomFor(maxTokens: number): number {
  if (!(maxTokens >= 3))
    throw new RangeError(`maxTokens must be at least 3 for a token of the text, but is ${maxTokens}`);
  return maxTokens - 2;
}
