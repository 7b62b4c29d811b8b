import { startWorker, type WorkerHandle } from '@retort/runtime';
import type { Reading as ReadingRule } from '@retort/shared';
import type { TokenizedText } from './tokenize.ts';

type Ask =
  | { readonly ask: 'load'; readonly key: string; readonly folder: string }
  | { readonly ask: 'forget'; readonly key: string }
  | {
      readonly ask: 'tokenize';
      readonly key: string;
      readonly text: string;
      readonly reading: ReadingRule;
      readonly list: boolean;
    };

export type TokenizerQuestion = Ask & { readonly id: number };
export type TokenizerAnswer = { readonly id: number; readonly result?: TokenizedText; readonly error?: string };

interface Waiting {
  readonly question: TokenizerQuestion;
  resolve(result: TokenizedText | undefined): void;
  reject(error: Error): void;
}

const entry = new URL(`./tokenizer-thread.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url);

/** Tokenizers in a thread of their own: a giant text holds up no request that is being received. A thread that dies is replaced. */
export class TokenizerThread {
  readonly #nodeArguments: readonly string[];
  readonly #folders = new Map<string, string>();
  readonly #waiting = new Map<number, Waiting>();
  #thread: WorkerHandle;
  #lastId = 0;
  #ended = false;

  constructor(nodeArguments: readonly string[]) {
    this.#nodeArguments = nodeArguments;
    this.#thread = this.#start();
  }

  async load(key: string, folder: string): Promise<void> {
    await this.#ask({ ask: 'load', key, folder });
    this.#folders.set(key, folder);
  }

  forget(key: string): void {
    this.#folders.delete(key);
    // Nobody waits for it: a thread that dies meanwhile has forgotten all.
    if (!this.#ended) this.#ask({ ask: 'forget', key }).catch(() => undefined);
  }

  async tokenize(key: string, text: string, reading: ReadingRule, list: boolean): Promise<TokenizedText> {
    const result = await this.#ask({ ask: 'tokenize', key, text, reading, list });
    if (result === undefined) throw new Error('the tokenizer has answered another question');
    return result;
  }

  end(): void {
    this.#ended = true;
    this.#thread.kill();
  }

  #ask(question: Ask): Promise<TokenizedText | undefined> {
    return new Promise((resolve, reject) => {
      const asked = { id: ++this.#lastId, ...question };
      this.#waiting.set(asked.id, { question: asked, resolve, reject });
      this.#thread.post(asked);
    });
  }

  #start(): WorkerHandle {
    return startWorker(
      'thread',
      entry,
      { message: (answer) => this.#receive(answer as TokenizerAnswer), exit: (reason) => this.#exited(reason) },
      this.#nodeArguments,
    );
  }

  #receive({ id, result, error }: TokenizerAnswer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new Error(error));
  }

  /** Whatever it was asked last may be why: that fails, and the rest is asked again. */
  #exited(reason: string): void {
    const [first, ...rest] = [...this.#waiting.values()];
    if (first !== undefined) {
      this.#waiting.delete(first.question.id);
      first.reject(new Error(`the tokenizer has died: ${reason}`));
    }
    if (this.#ended) {
      for (const { reject } of rest) reject(new Error('the tokenizer has ended'));
      this.#waiting.clear();
      return;
    }
    this.#thread = this.#start();
    for (const [key, folder] of this.#folders) this.#thread.post({ id: ++this.#lastId, ask: 'load', key, folder });
    for (const { question } of rest) this.#thread.post(question);
  }
}
