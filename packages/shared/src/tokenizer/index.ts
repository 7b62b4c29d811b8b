export { tokenizerFiles } from './files.ts';
export { loadTokenizer } from './load.ts';
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
export { createTokenizer, type Encoding, type Tokenizer, type TokenizerOptions } from './tokenizer.ts';
export { bertVocabulary } from './vocabulary.ts';
