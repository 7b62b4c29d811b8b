import { startWorker, type WorkerHandle } from '@retort/runtime';
import type { Reading as ReadingRule, Tokenizer } from '@retort/shared';
import type { TokenizedText } from './tokenize.ts';

/** What a tokenizer is made of. */
type TokenizerParts = Pick<Tokenizer, 'vocabulary' | 'options'>;

type Ask =
  | ({ readonly ask: 'load'; readonly key: string } & TokenizerParts)
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

/** Wait before a thread is started again after one that has answered nothing: doubled each time, up to the longest. */
const firstPauseMs = 50;
const longestPauseMs = 5000;

/** Tokenizers in a thread of their own: a giant text holds up no request that is being received. A thread that dies is replaced. */
export class TokenizerThread {
  readonly #nodeArguments: readonly string[];
  /** What the next thread loads first: a model's folder may be another by then. */
  readonly #loaded = new Map<string, TokenizerParts>();
  readonly #waiting = new Map<number, Waiting>();
  /** Undefined while a new one is on its way. */
  #thread: WorkerHandle | undefined;
  /** Threads, one after the other, that died before they had answered anything. */
  #failures = 0;
  #answered = false;
  #pause: NodeJS.Timeout | undefined;
  #lastId = 0;
  #ended: Error | undefined;

  constructor(nodeArguments: readonly string[]) {
    this.#nodeArguments = nodeArguments;
    this.#thread = this.#start();
  }

  async load(key: string, { vocabulary, options }: TokenizerParts): Promise<void> {
    await this.#ask({ ask: 'load', key, vocabulary, options });
    this.#loaded.set(key, { vocabulary, options });
  }

  forget(key: string): void {
    this.#loaded.delete(key);
    // Nobody waits for it: a thread that dies meanwhile has forgotten all.
    this.#ask({ ask: 'forget', key }).catch(() => undefined);
  }

  async tokenize(key: string, text: string, reading: ReadingRule, list: boolean): Promise<TokenizedText> {
    const result = await this.#ask({ ask: 'tokenize', key, text, reading, list });
    if (result === undefined) throw new Error('the tokenizer has answered another question');
    return result;
  }

  /** Fails what waits, and what it is asked later. */
  end(error: Error): void {
    this.#ended = error;
    clearTimeout(this.#pause);
    this.#thread?.kill();
    this.#failAll(error);
  }

  #ask(question: Ask): Promise<TokenizedText | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== undefined) return reject(this.#ended);
      const asked = { id: ++this.#lastId, ...question };
      this.#waiting.set(asked.id, { question: asked, resolve, reject });
      this.#thread?.post(asked);
    });
  }

  #start(): WorkerHandle {
    this.#answered = false;
    return startWorker(
      'thread',
      entry,
      { message: (answer) => this.#receive(answer as TokenizerAnswer), exit: (reason) => this.#exited(reason) },
      this.#nodeArguments,
    );
  }

  #receive({ id, result, error }: TokenizerAnswer): void {
    this.#answered = true;
    this.#failures = 0;
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new Error(error));
  }

  #exited(reason: string): void {
    this.#thread = undefined;
    if (this.#ended !== undefined) return;
    const died = new Error(`the tokenizer has died: ${reason}`);
    const pause = this.#failures === 0 ? 0 : Math.min(longestPauseMs, firstPauseMs * 2 ** this.#failures);
    if (!this.#answered) this.#failures++;
    if (pause === 0) {
      // What it was asked first may be why: that fails, and the rest is asked again.
      const [first] = this.#waiting.values();
      if (first !== undefined) this.#waiting.delete(first.question.id);
      first?.reject(died);
      this.#restart();
    } else {
      // No question is to blame, and it may take long.
      this.#failAll(died);
      this.#pause = setTimeout(() => this.#restart(), pause);
    }
  }

  #restart(): void {
    this.#thread = this.#start();
    for (const [key, parts] of this.#loaded) this.#thread.post({ id: ++this.#lastId, ask: 'load', key, ...parts });
    for (const { question } of this.#waiting.values()) this.#thread.post(question);
  }

  #failAll(error: Error): void {
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of all) reject(error);
  }
}
