import type { TextChange } from '../hygiene/index.ts';
import { cleanText } from '../hygiene/index.ts';
import { headLength, type Reading, type ReadText, readEncoding, windowStarts } from './long-texts.ts';
import type { Tokenizer } from './tokenizer.ts';

/** A stretch of a text in UTF-16 units; `end` is the first one behind it. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

export interface LocatedToken extends Stretch {
  readonly id: number;
  readonly token: string;
}

/** What `readText` gives, and from where in the text, as it was before it was cleaned, it comes. */
export interface LocatedText extends ReadText {
  /** One a window. `gap` is what `head_tail` leaves out in between. */
  readonly places: readonly (Stretch & { readonly gap?: Stretch })[];
  /** What hygiene changed. */
  readonly changes: readonly TextChange[];
  /** The tokens that are in some window, each once, without `[CLS]` and `[SEP]`. */
  tokenList(): LocatedToken[];
}

/** `readText` with the places of what is read. */
export function locateText(tokenizer: Tokenizer, text: string, reading: Reading): LocatedText {
  const { longTexts, maxTokens, hygiene } = reading;
  const clean = hygiene === undefined ? undefined : cleanText(text);
  const toOriginal = clean?.normalized ? clean.toOriginal : (place: number) => place;
  const limit = longTexts === 'head' ? maxTokens : Number.POSITIVE_INFINITY;
  const encoding = tokenizer.locate(clean?.text ?? text, limit);
  const { ids, starts, ends } = encoding;
  const read = readEncoding(encoding, longTexts, maxTokens);

  /** Tokens `from` to `to`, that one not included. All of them are the whole text, white space at its ends included. */
  const place = (from: number, to: number): Stretch => ({
    start: from <= 1 ? 0 : toOriginal(starts[from]),
    end: to >= ids.length - 1 && !encoding.truncated ? text.length : toOriginal(ends[to - 1]),
  });
  const last = ids.length - 1;
  const skipped = longTexts === 'head_tail' && read.truncated ? skippedTokens(ids.length, maxTokens) : undefined;
  const gap = skipped && { start: toOriginal(ends[skipped.from - 1]), end: toOriginal(starts[skipped.to]) };
  const places =
    longTexts === 'windows'
      ? windowStarts(ids.length, maxTokens).map((start) => place(start + 1, Math.min(last, start + maxTokens - 1)))
      : [{ ...place(1, last), ...(gap && { gap }) }];

  return {
    ...read,
    places,
    changes: clean?.changes ?? [],
    tokenList() {
      const tokens: LocatedToken[] = [];
      for (let i = 1; i < last; i++) {
        if (skipped !== undefined && i >= skipped.from && i < skipped.to) continue;
        const [start, end] = [toOriginal(starts[i]), toOriginal(ends[i])];
        tokens.push({ id: ids[i], token: tokenizer.vocabulary[ids[i]], start, end });
      }
      return tokens;
    },
  };
}

/** What `head_tail` leaves out of `length` ids. */
function skippedTokens(length: number, maxTokens: number): { from: number; to: number } {
  const head = headLength(maxTokens);
  return { from: head + 1, to: length - 1 - (maxTokens - 2 - head) };
}
