import { serveMessages } from '@retort/runtime';
import { loadTokenizer, locateText, type Tokenizer } from '@retort/shared';
import type { TokenizedText, TokenizerAnswer, TokenizerQuestion } from './tokenizer-client.ts';

const tokenizers = new Map<string, Tokenizer>();

function answer(question: TokenizerQuestion): TokenizedText | undefined {
  const { key } = question;
  switch (question.ask) {
    case 'load':
      tokenizers.set(key, loadTokenizer(question.folder));
      return undefined;
    case 'forget':
      tokenizers.delete(key);
      return undefined;
    case 'tokenize': {
      const tokenizer = tokenizers.get(key);
      if (tokenizer === undefined) throw new Error(`no tokenizer "${key}" is loaded`);
      const started = performance.now();
      const { tokenList, ...text } = locateText(tokenizer, question.text, question.reading);
      return {
        ...text,
        ...(question.list ? { tokenList: tokenList() } : {}),
        ms: performance.now() - started,
      };
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
