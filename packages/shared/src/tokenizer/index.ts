export { tokenizerFiles } from './files.ts';
export { loadTokenizer } from './load.ts';
export { type LocatedText, type LocatedToken, locateText, type Stretch } from './located-text.ts';
export {
  hygienic,
  type LongTextPolicy,
  longTextPolicies,
  type Reading,
  type ReadText,
  randomWindow,
  readText,
  spreadWindows,
} from './long-texts.ts';
export {
  createTokenizer,
  type Encoding,
  type LocatedEncoding,
  type Tokenizer,
  type TokenizerOptions,
} from './tokenizer.ts';
export { bertVocabulary } from './vocabulary.ts';
