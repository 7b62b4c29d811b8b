import { UserError } from '../errors.ts';
import { basicTokens, type NormalizeOptions } from './normalize.ts';
import { tokenOffsets } from './offsets.ts';
import { longestKept, StretchCache } from './stretch-cache.ts';
import { visitStretches } from './stretches.ts';
import { TokenList } from './token-list.ts';
import { unitReader } from './units.ts';
import { specialTokens } from './vocabulary.ts';
import { wordPieces } from './wordpiece.ts';

/** One text as the model reads it. */
export interface Encoding {
  /** `[CLS]`, the text's tokens, `[SEP]`. */
  readonly ids: Int32Array;
  /** Whether the text had more tokens than there was room for. */
  readonly truncated: boolean;
}

/** An encoding, and where its tokens stand in the text. */
export interface LocatedEncoding extends Encoding {
  /** In UTF-16 units, [ids]; `[CLS]` stands before the text, `[SEP]` behind it. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/** BERT's tokenizer: words, cut into the pieces of a vocabulary. */
export interface Tokenizer {
  /** The tokens in the order of their ids. */
  readonly vocabulary: readonly string[];
  readonly options: NormalizeOptions;
  readonly padId: number;
  readonly clsId: number;
  readonly sepId: number;
  readonly unkId: number;
  /** At most `maxTokens` ids, `[CLS]` and `[SEP]` included. */
  encode(text: string, maxTokens: number): Encoding;
  /** The same, with the tokens' places. */
  locate(text: string, maxTokens: number): LocatedEncoding;
}

export interface TokenizerOptions {
  /** Default: true. */
  readonly lowercase?: boolean;
  /** Default: as `lowercase`. */
  readonly stripAccents?: boolean;
  /** Default: true. */
  readonly chineseCharacters?: boolean;
}

/** More tokens than these leave no memory behind. */
const mostScratch = 65_536;

/**
 * A tokenizer whose tokens equal those of transformers' `BertTokenizer`, for special tokens that stand in the text too.
 * Words that came before are looked up in a cache.
 */
export function createTokenizer(
  vocabulary: readonly string[],
  { lowercase = true, stripAccents = lowercase, chineseCharacters = true }: TokenizerOptions = {},
): Tokenizer {
  const options = { lowercase, stripAccents, chineseCharacters };
  const idOf = new Map(vocabulary.map((token, id) => [token, id]));
  const specialIds = new Map(specialTokens.map((token) => [token as string, requireId(idOf, token)]));
  const [padId, unkId, clsId, sepId] = specialIds.values();
  const cache = new StretchCache();
  const unitsOf = unitReader();
  let scratch = new TokenList();

  /** Appends the tokens of a stretch without white space that stands at `place`; of a long one, perhaps only the first `limit`. */
  const appendStretch = (stretch: string, place: number, limit: number, located: boolean, into: TokenList) => {
    const long = stretch.length > longestKept;
    const ids: number[] = [];
    for (const word of basicTokens(stretch, options)) {
      if (long && ids.length >= limit) break;
      ids.push(...wordPieces(word, idOf, unkId));
    }
    const offsets = located || !long ? tokenOffsets(stretch, ids, { vocabulary, unkId, options }) : undefined;
    for (let i = 0; i < ids.length; i++) {
      into.push(ids[i], place + (offsets?.[2 * i] ?? 0), place + (offsets?.[2 * i + 1] ?? 0));
    }
  };

  /**
   * `[CLS]` and the tokens of a text, at most `maxTokens` and a stretch's more; they hold until the next call. Without `located`, not all places are right.
   */
  const tokensOf = (text: string, maxTokens: number, located: boolean): TokenList => {
    if (!(maxTokens >= 2))
      throw new RangeError(`maxTokens must be at least 2 for [CLS] and [SEP], but is ${maxTokens}`);
    if (scratch.ids.length > mostScratch) scratch = new TokenList();
    const tokens = scratch;
    tokens.length = 0;
    tokens.push(clsId, 0, 0);
    let place = 0;
    for (const section of splitAtSpecial(text)) {
      const id = specialIds.get(section);
      if (id !== undefined) tokens.push(id, place, place + section.length);
      else {
        const units = unitsOf(section);
        visitStretches(units, (start, end) => {
          if (!cache.append(units, start, end, tokens, place + start)) {
            const first = tokens.length;
            appendStretch(section.slice(start, end), place + start, maxTokens, located, tokens);
            if (end - start <= longestKept) cache.add(units, start, end, tokens, first, place + start);
          }
          return tokens.length < maxTokens;
        });
      }
      // Without [SEP], one id more than fits tells that the text is too long; what follows need not be looked at.
      if (tokens.length >= maxTokens) break;
      place += section.length;
    }
    return tokens;
  };

  return {
    vocabulary,
    options,
    padId,
    clsId,
    sepId,
    unkId,
    encode(text, maxTokens) {
      return finish(tokensOf(text, maxTokens, false), maxTokens, sepId);
    },
    locate(text, maxTokens) {
      const tokens = tokensOf(text, maxTokens, true);
      const encoding = finish(tokens, maxTokens, sepId);
      const last = encoding.ids.length - 1;
      return {
        ...encoding,
        starts: withLast(tokens.starts, last, text.length),
        ends: withLast(tokens.ends, last, text.length),
      };
    },
  };
}

/** Cuts off what is too long, and appends `[SEP]`. */
function finish({ ids, length }: TokenList, maxTokens: number, sepId: number): Encoding {
  const last = Math.min(length, maxTokens - 1);
  return { ids: withLast(ids, last, sepId), truncated: length > last };
}

/** The first `length` values, and one more behind them. */
function withLast(values: Int32Array, length: number, last: number): Int32Array {
  const all = new Int32Array(length + 1);
  all.set(values.subarray(0, length));
  all[length] = last;
  return all;
}

function requireId(idOf: ReadonlyMap<string, number>, token: string): number {
  const id = idOf.get(token);
  if (id === undefined) {
    throw new UserError(`the vocabulary has no ${token}`, { remedy: 'use a BERT vocabulary, one token for each id' });
  }
  return id;
}

/** The text in parts; a special token in it is a part of its own. */
function splitAtSpecial(text: string): string[] {
  return text.includes('[') ? text.split(/(\[(?:PAD|UNK|CLS|SEP|MASK)\])/) : [text];
}
