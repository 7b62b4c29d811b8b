import { UserError } from '../errors.ts';
import { basicTokens, type NormalizeOptions } from './normalize.ts';
import { tokenOffsets } from './offsets.ts';
import { visitStretches } from './stretches.ts';
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
  /** The same, with the tokens' places. Takes about twice the time. */
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

/** Entries of the word cache, and the longest stretch of text that is kept in it. */
const cacheSize = 65_536;
const cachedLength = 32;
/** From this length on V8 makes a slice that keeps the whole text in memory. */
const sliceLength = 13;

/** Of such characters nothing is removed before the words are cut into pieces. */
const untouched = /^[!-~]*$/;

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
  const cache = new Map<string, readonly number[]>();

  /** The ids of a stretch of text without white space; of a long one, perhaps only the first `limit` of them. */
  const stretchIds = (stretch: string, limit: number): readonly number[] => {
    const known = cache.get(stretch);
    if (known !== undefined) return known;
    const cached = stretch.length <= cachedLength;
    const ids: number[] = [];
    for (const word of basicTokens(stretch, options)) {
      if (!cached && ids.length >= limit) break;
      ids.push(...wordPieces(word, idOf, unkId));
    }
    if (cached) {
      if (cache.size >= cacheSize) cache.clear();
      cache.set(stretch.length < sliceLength ? stretch : copy(stretch), ids);
    }
    return ids;
  };

  /** Appends the tokens of a text, at most `maxTokens` and a stretch's more, and tells of each stretch. */
  const visitTokens = (
    text: string,
    maxTokens: number,
    visit: (ids: readonly number[], stretch: string, start: number) => void,
  ) => {
    if (!(maxTokens >= 2))
      throw new RangeError(`maxTokens must be at least 2 for [CLS] and [SEP], but is ${maxTokens}`);
    // Without [SEP], one id more than fit tells that the text is too long; what follows need not be looked at.
    let room = maxTokens - 1;
    let place = 0;
    for (const section of splitAtSpecial(text)) {
      const id = specialIds.get(section);
      const found = (ids: readonly number[], stretch: string, start: number) => {
        visit(ids, stretch, place + start);
        room -= ids.length;
        return room > 0;
      };
      if (id !== undefined) found([id], section, 0);
      else visitStretches(section, (stretch, start) => found(stretchIds(stretch, maxTokens), stretch, start));
      if (room <= 0) break;
      place += section.length;
    }
  };

  return {
    vocabulary,
    options,
    padId,
    clsId,
    sepId,
    unkId,
    encode(text, maxTokens) {
      const ids = [clsId];
      visitTokens(text, maxTokens, (more) => {
        for (let i = 0; i < more.length; i++) ids.push(more[i]);
      });
      return finish(ids, maxTokens, sepId);
    },
    locate(text, maxTokens) {
      const ids = [clsId];
      const starts = [0];
      const ends = [0];
      visitTokens(text, maxTokens, (more, stretch, start) => {
        const whole = more.length === 1 && untouched.test(stretch);
        const offsets = whole ? [0, stretch.length] : tokenOffsets(stretch, more, { vocabulary, unkId, options });
        for (let i = 0; i < more.length; i++) {
          ids.push(more[i]);
          starts.push(start + offsets[2 * i]);
          ends.push(start + offsets[2 * i + 1]);
        }
      });
      const encoding = finish(ids, maxTokens, sepId);
      const located = (places: number[]) => {
        const all = new Int32Array(encoding.ids.length).fill(text.length);
        all.set(places.slice(0, all.length - 1));
        return all;
      };
      return { ...encoding, starts: located(starts), ends: located(ends) };
    },
  };
}

/** Cuts off what is too long, and appends `[SEP]`. */
function finish(ids: number[], maxTokens: number, sepId: number): Encoding {
  const truncated = ids.length > maxTokens - 1;
  ids.length = Math.min(ids.length, maxTokens - 1);
  ids.push(sepId);
  return { ids: new Int32Array(ids), truncated };
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

/** The same string in memory of its own. */
function copy(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}
