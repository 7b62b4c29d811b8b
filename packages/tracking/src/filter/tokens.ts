import { FilterError } from './error.ts';

export interface Token {
  readonly kind: 'word' | 'quoted' | 'symbol' | 'end';
  /** Of a quoted one: what stands between the quotes, without the escapes. */
  readonly text: string;
  readonly start: number;
}

/** What a word may be made of: names of metrics, numbers, times, ids of models. */
const word = /[\p{L}\p{N}_./@:+%-]+/uy;
const symbol = /==|!=|<>|<=|>=|!~|[=<>~(),]/y;
const quoted = /"((?:[^"\\]|\\[\s\S])*)"|'((?:[^'\\]|\\[\s\S])*)'/y;
const space = /\s+/y;

/** Takes a filter apart; the last token is always the end. */
export function tokenize(text: string): Token[] {
  // Postgres has no text with this character in it.
  if (text.includes('\0')) throw new FilterError('the character U+0000 has no meaning here', text.indexOf('\0'));
  const tokens: Token[] = [];
  let start = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = start;
    return pattern.exec(text);
  };
  for (;;) {
    start += match(space)?.[0].length ?? 0;
    if (start === text.length) return [...tokens, { kind: 'end', text: '', start }];
    let found = match(quoted);
    if (found !== null) {
      tokens.push({ kind: 'quoted', text: (found[1] ?? found[2]).replace(/\\([\s\S])/g, '$1'), start });
    } else {
      found = match(word);
      const kind = found === null ? 'symbol' : 'word';
      found ??= match(symbol);
      if (found === null) throw unreadable(text, start);
      tokens.push({ kind, text: found[0], start });
    }
    start += found[0].length;
  }
}

function unreadable(text: string, start: number): FilterError {
  const character = String.fromCodePoint(text.codePointAt(start) ?? 0);
  if (character === '"' || character === "'") return new FilterError(`the quote ${character} is not closed`, start);
  return new FilterError(`"${character}" has no meaning here; put values with such characters into quotes`, start);
}

/** Whether a text is one word, so that it needs no quotes. */
export function isWord(text: string): boolean {
  word.lastIndex = 0;
  return word.exec(text)?.[0] === text;
}
