export { loadTokenizer, tokenizerFiles } from './files.ts';
export { createTokenizer, type Encoding, type Tokenizer, type TokenizerOptions } from './tokenizer.ts';
export { bertVocabulary } from './vocabulary.ts';
