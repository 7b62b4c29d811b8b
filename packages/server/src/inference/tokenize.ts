import {
  type LocatedText,
  type LocatedToken,
  locateText,
  type Reading as ReadingRule,
  type Tokenizer,
} from '@retort/shared';

/** A text as the model gets it, and the milliseconds that it took. */
export interface TokenizedText extends Omit<LocatedText, 'tokenList'> {
  readonly tokenList?: readonly LocatedToken[];
  readonly ms: number;
}

/** `list`: whether the tokens are listed. */
export function tokenize(tokenizer: Tokenizer, text: string, reading: ReadingRule, list: boolean): TokenizedText {
  const started = performance.now();
  const { tokenList, ...located } = locateText(tokenizer, text, reading);
  return { ...located, ...(list ? { tokenList: tokenList() } : {}), ms: performance.now() - started };
}
