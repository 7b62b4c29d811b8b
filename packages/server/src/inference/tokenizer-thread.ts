import { serveMessages } from '@retort/runtime';
import { createTokenizer, type Tokenizer } from '@retort/shared';
import { type TokenizedText, tokenize } from './tokenize.ts';
import type { TokenizerAnswer, TokenizerQuestion } from './tokenizer-client.ts';

const tokenizers = new Map<string, Tokenizer>();

function answer(question: TokenizerQuestion): TokenizedText | undefined {
  const { key } = question;
  switch (question.ask) {
    case 'load':
      tokenizers.set(key, createTokenizer(question.vocabulary, question.options));
      return undefined;
    case 'forget':
      tokenizers.delete(key);
      return undefined;
    case 'tokenize': {
      const tokenizer = tokenizers.get(key);
      if (tokenizer === undefined) throw new Error(`no tokenizer "${key}" is loaded`);
      return tokenize(tokenizer, question.text, question.reading, question.list);
    }
  }
}

serveMessages((question: TokenizerQuestion, post: (answer: TokenizerAnswer) => void) => {
  try {
    post({ id: question.id, result: answer(question) });
  } catch (error) {
    post({ id: question.id, error: (error as Error).message });
  }
});
