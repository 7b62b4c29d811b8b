import { meanLogits } from '@retort/shared';
import type { Reading, ReadOptions } from './contract.ts';
import { Cancelled, DeadlineExceeded, QueueFull, TextTooLong } from './errors.ts';
import type { Generation } from './generation.ts';
import type { Run, Turns } from './turns.ts';
import type { TokenizedText, TokenizerThread } from './tokenizer-client.ts';

/** Characters of a token of English, about: for what has not been tokenized yet. */
const charactersPerToken = 4.5;
/** Milliseconds of a token, until some run has told. */
const firstGuess = 0.2;

/** Reads texts by a queue that holds a limited number of them. */
export class Reader {
  readonly #turns: Turns;
  readonly #tokenizers: TokenizerThread;
  readonly #limit: number;
  readonly #workers: number;
  /** Texts that are not tokenized yet, and what they are thought to be: windows, tokens. */
  #coming = { windows: 0, tokens: 0 };
  #msPerToken = firstGuess;

  constructor(turns: Turns, tokenizers: TokenizerThread, limit: number, workers: number) {
    this.#turns = turns;
    this.#tokenizers = tokenizers;
    this.#limit = limit;
    this.#workers = workers;
  }

  /** Texts and windows that wait. */
  get queued(): number {
    return this.#turns.waiting() + this.#coming.windows;
  }

  /** Learns from a run how long others will take. */
  ran(tokens: number, ms: number): void {
    this.#msPerToken += 0.05 * (ms / tokens - this.#msPerToken);
  }

  /** Reads the texts of one request, in their order. */
  async read(generation: Generation, texts: readonly string[], options: ReadOptions): Promise<Reading[]> {
    const { signal, deadline = Number.POSITIVE_INFINITY, priority = 'interactive' } = options;
    if (signal?.aborted) throw new Cancelled(signal.reason);
    if (deadline <= performance.now()) throw new DeadlineExceeded();
    this.#admit(generation, texts, deadline);

    const turn = this.#turns.open(priority);
    const given = new AbortController();
    const giveUp = (error: Error) => {
      turn.drop(error);
      given.abort(error);
    };
    const onAbort = () => giveUp(new Cancelled(signal?.reason));
    signal?.addEventListener('abort', onAbort, { once: true });
    const timer =
      deadline === Number.POSITIVE_INFINITY
        ? undefined
        : setTimeout(() => giveUp(new DeadlineExceeded()), deadline - performance.now());
    try {
      const readings: Promise<Reading>[] = [];
      // One after the other, so that a request with many texts keeps the tokenizer from others no longer than one with a single text.
      for (const [index, text] of texts.entries()) {
        const asked = performance.now();
        const tokenized = await this.#tokenize(generation, text, index, options, given.signal);
        const reading = this.#run(generation, tokenized, turn, asked);
        reading.catch(giveUp); // The others' answers are not wanted either.
        readings.push(reading);
      }
      return await Promise.all(readings);
    } catch (error) {
      giveUp(error as Error);
      throw given.signal.reason;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  #admit(generation: Generation, texts: readonly string[], deadline: number): void {
    const coming = texts.reduce((sum, text) => sum + this.#guess(generation, text).windows, 0);
    const waitMs = ((this.#turns.waitingTokens() + this.#coming.tokens) * this.#msPerToken) / this.#workers;
    // A request of more than fits is taken where nothing waits: else it never would be.
    const full = this.queued > 0 && this.queued + coming > this.#limit;
    if (full || performance.now() + waitMs > deadline) throw new QueueFull(Math.max(1, Math.ceil(waitMs / 1000)));
  }

  #guess({ details: { maxTokens } }: Generation, text: string): { windows: number; tokens: number } {
    const tokens = Math.ceil(text.length / charactersPerToken) + 2;
    return { windows: Math.ceil(tokens / maxTokens), tokens };
  }

  async #tokenize(
    { details, queued }: Generation,
    text: string,
    index: number,
    { policy = details.longTexts, tokens: list = false }: ReadOptions,
    signal: AbortSignal,
  ): Promise<TokenizedText> {
    const reading = { ...details, longTexts: policy === 'error' ? ('windows' as const) : policy };
    const { longTexts, maxTokens, hygiene } = reading;
    const guess = this.#guess({ details } as Generation, text);
    this.#coming.windows += guess.windows;
    this.#coming.tokens += guess.tokens;
    try {
      if (signal.aborted) throw signal.reason;
      const tokenized = await this.#tokenizers.tokenize(queued.key, text, { longTexts, maxTokens, hygiene }, list);
      if (signal.aborted) throw signal.reason;
      if (policy === 'error' && tokenized.windows.length > 1) {
        throw new TextTooLong(index, tokenized.tokens, details.maxTokens);
      }
      return tokenized;
    } finally {
      this.#coming.windows -= guess.windows;
      this.#coming.tokens -= guess.tokens;
    }
  }

  async #run(
    { queued }: Generation,
    { windows, places, tokens, truncated, changes, tokenList, ms }: TokenizedText,
    turn: ReturnType<Turns['open']>,
    asked: number,
  ): Promise<Reading> {
    let firstStart = Number.POSITIVE_INFINITY;
    const runs: Run[] = await Promise.all(
      windows.map(async (ids) => {
        const run = await turn.add(queued, ids);
        firstStart = Math.min(firstStart, performance.now() - run.ms);
        return run;
      }),
    );
    return {
      logits: meanLogits(runs.map(({ logits }) => logits)),
      windows: places.map((place, i) => ({ ...place, tokens: windows[i].length, logits: runs[i].logits })),
      tokens,
      truncated,
      normalized: changes.map(({ kind, count }) => ({ what: kind, count })),
      ...(tokenList === undefined ? {} : { tokenList }),
      timings: {
        queueMs: Math.max(0, firstStart - asked - ms),
        tokenizeMs: ms,
        inferMs: runs.reduce((sum, run) => sum + run.ms, 0),
      },
    };
  }
}
