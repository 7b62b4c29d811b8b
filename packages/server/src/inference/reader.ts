import { meanLogits } from '@retort/shared';
import type { Reading, ReadOptions } from './contract.ts';
import { Cancelled, DeadlineExceeded, QueueFull, TextTooLong } from './errors.ts';
import type { Generation } from './generation.ts';
import type { TokenizedText, TokenizerThread } from './tokenizer-client.ts';
import type { Run, Turns } from './turns.ts';

/** Characters of a token of English, about: for what has not been tokenized yet. */
const charactersPerToken = 4.5;
/** Milliseconds of a token, until some run has told. */
const firstGuess = 0.2;

interface Guess {
  readonly windows: number;
  readonly tokens: number;
}

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
    const guesses = this.#admit(generation, texts, deadline);

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
        const tokenized = await this.#tokenize(generation, text, index, options, given.signal).finally(() =>
          this.#known(guesses.shift()),
        );
        const reading = this.#run(generation, tokenized, turn, asked);
        reading.catch(giveUp); // The others' answers are not wanted either.
        readings.push(reading);
      }
      return await Promise.all(readings);
    } catch (error) {
      giveUp(error as Error);
      throw given.signal.reason;
    } finally {
      for (const guess of guesses) this.#known(guess);
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Takes the texts in, or throws QueueFull. What they are thought to be counts until `#known` says otherwise. */
  #admit(generation: Generation, texts: readonly string[], deadline: number): Guess[] {
    const guesses = texts.map((text) => guess(generation, text));
    const coming = guesses.reduce((sum, { windows }) => sum + windows, 0);
    const waitMs = ((this.#turns.waitingTokens() + this.#coming.tokens) * this.#msPerToken) / this.#workers;
    // A request of more than fits is taken where nothing waits: else it never would be.
    const full = this.queued > 0 && this.queued + coming > this.#limit;
    if (full || performance.now() + waitMs > deadline) throw new QueueFull(Math.max(1, Math.ceil(waitMs / 1000)));
    for (const { windows, tokens } of guesses) {
      this.#coming.windows += windows;
      this.#coming.tokens += tokens;
    }
    return guesses;
  }

  #known(guess: Guess | undefined): void {
    this.#coming.windows -= guess?.windows ?? 0;
    this.#coming.tokens -= guess?.tokens ?? 0;
  }

  async #tokenize(
    { details, queued }: Generation,
    text: string,
    index: number,
    { policy = details.longTexts, tokens: list = false }: ReadOptions,
    signal: AbortSignal,
  ): Promise<TokenizedText> {
    const { maxTokens, hygiene } = details;
    const longTexts = policy === 'error' ? 'windows' : policy;
    if (signal.aborted) throw signal.reason;
    const tokenized = await this.#tokenizers.tokenize(queued.key, text, { longTexts, maxTokens, hygiene }, list);
    if (signal.aborted) throw signal.reason;
    if (policy === 'error' && tokenized.windows.length > 1) {
      throw new TextTooLong(index, tokenized.tokens, details.maxTokens);
    }
    return tokenized;
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

/** What a text is before it is tokenized, by its length. */
function guess({ details: { maxTokens } }: Generation, text: string): Guess {
  const tokens = Math.ceil(text.length / charactersPerToken) + 2;
  return { windows: Math.ceil(tokens / maxTokens), tokens };
}
