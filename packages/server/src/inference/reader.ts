import { meanLogits } from '@retort/shared';
import type { Reading, ReadOptions, TokenizedInput } from './contract.ts';
import { Cancelled, DeadlineExceeded, QueueFull, TextTooLong } from './errors.ts';
import type { Generation } from './generation.ts';
import { firstPace } from './paces.ts';
import type { Run } from './queued-model.ts';
import { type TokenizedText, tokenize } from './tokenize.ts';
import type { TokenizerThread } from './tokenizer-client.ts';
import type { Load, Priority, Turns } from './turns.ts';

/**
 * Characters of a request up to which its texts are tokenized where they are: that takes less than a millisecond, and saves two changes of the thread.
 */
const shortRequest = 4096;
/** Characters of a token of English, about: for what has not been tokenized yet. */
const charactersPerToken = 4.5;

/** A text, or what was given in place of one, as the model gets it. */
interface Inputs extends TokenizedText {
  /** Of each window's tokens, where they are not all 0. */
  readonly types?: readonly (Int32Array | undefined)[];
}

/** Reads texts by a queue that holds a limited number of them. */
export class Reader {
  readonly #turns: Turns;
  readonly #tokenizers: TokenizerThread;
  readonly #limit: number;
  readonly #workers: number;
  /** Texts that are not tokenized yet, and what they are thought to be. */
  readonly #coming = { interactive: { inputs: 0, tokens: 0 }, background: { inputs: 0, tokens: 0 } };
  #msPerToken = firstPace;

  constructor(turns: Turns, tokenizers: TokenizerThread, limit: number, workers: number) {
    this.#turns = turns;
    this.#tokenizers = tokenizers;
    this.#limit = limit;
    this.#workers = workers;
  }

  /** Texts and windows that wait, of one priority. */
  queued(priority: Priority): number {
    return this.#load(priority).inputs;
  }

  /** Learns from a run how long others will take. */
  ran(tokens: number, ms: number): void {
    this.#msPerToken += 0.05 * (ms / tokens - this.#msPerToken);
  }

  /** Reads the texts of one request, in their order. */
  read(generation: Generation, texts: readonly string[], options: ReadOptions): Promise<Reading[]> {
    const guesses = texts.map((text) => guess(generation, text, options));
    const short = texts.reduce((sum, { length }) => sum + length, 0) <= shortRequest;
    return this.#read(generation, guesses, options, (i, signal) =>
      this.#tokenize(generation, texts[i], i, short, options, signal),
    );
  }

  /** Reads inputs of the model, in their order. */
  readTokens(generation: Generation, inputs: readonly TokenizedInput[], options: ReadOptions): Promise<Reading[]> {
    const guesses = inputs.map(({ ids }) => ({ inputs: 1, tokens: ids.length }));
    return this.#read(generation, guesses, options, async (i) => {
      const { ids, types } = inputs[i];
      return { windows: [ids], types: [types], places: [], tokens: ids.length, truncated: false, changes: [], ms: 0 };
    });
  }

  async #read(
    generation: Generation,
    guesses: Load[],
    { signal, deadline = Number.POSITIVE_INFINITY, priority = 'interactive' }: ReadOptions,
    prepare: (index: number, signal: AbortSignal) => Promise<Inputs>,
  ): Promise<Reading[]> {
    if (signal?.aborted) throw new Cancelled(signal.reason);
    if (deadline <= performance.now()) throw new DeadlineExceeded();
    this.#admit(guesses, deadline, priority);

    const count = guesses.length;
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
      for (let i = 0; i < count; i++) {
        const asked = performance.now();
        const inputs = await prepare(i, given.signal).finally(() => this.#known(guesses.shift(), priority));
        const reading = this.#run(generation, inputs, turn, asked);
        reading.catch(giveUp); // The others' answers are not wanted either.
        readings.push(reading);
      }
      return await Promise.all(readings);
    } catch (error) {
      giveUp(error as Error);
      throw given.signal.reason;
    } finally {
      for (const guess of guesses) this.#known(guess, priority);
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /**
   * Takes the texts in, or throws QueueFull. What they are thought to be counts until `#known` says otherwise. What waits in the background is in nobody's way but
   * the background's.
   */
  #admit(guesses: readonly Load[], deadline: number, priority: Priority): void {
    const coming = guesses.reduce((all, { inputs }) => all + inputs, 0);
    const ahead = sum(this.#load('interactive'), priority === 'background' ? this.#load('background') : nothing);
    const waitMs = (ahead.tokens * this.#msPerToken) / this.#workers;
    // A request of more than fits is taken where nothing waits: else it never would be.
    const full = ahead.inputs > 0 && ahead.inputs + coming > this.#limit;
    if (full || performance.now() + waitMs > deadline) throw new QueueFull(Math.max(1, Math.ceil(waitMs / 1000)));
    for (const { inputs, tokens } of guesses) {
      this.#coming[priority].inputs += inputs;
      this.#coming[priority].tokens += tokens;
    }
  }

  #known(guess: Load | undefined, priority: Priority): void {
    this.#coming[priority].inputs -= guess?.inputs ?? 0;
    this.#coming[priority].tokens -= guess?.tokens ?? 0;
  }

  /** What waits of one priority, tokenized or not. */
  #load(priority: Priority): Load {
    return sum(this.#turns.load(priority), this.#coming[priority]);
  }

  async #tokenize(
    { details, queued, tokenizer }: Generation,
    text: string,
    index: number,
    short: boolean,
    { policy = details.longTexts, tokens: list = false }: ReadOptions,
    signal: AbortSignal,
  ): Promise<TokenizedText> {
    const { maxTokens, hygiene } = details;
    const longTexts = policy === 'error' ? 'windows' : policy;
    if (signal.aborted) throw signal.reason;
    const rule = { longTexts, maxTokens, hygiene };
    const tokenized = short
      ? tokenize(tokenizer, text, rule, list)
      : await this.#tokenizers.tokenize(queued.key, text, rule, list);
    if (signal.aborted) throw signal.reason;
    if (policy === 'error' && tokenized.windows.length > 1) {
      throw new TextTooLong(index, tokenized.tokens, details.maxTokens);
    }
    return tokenized;
  }

  async #run(
    { queued }: Generation,
    { windows, types = [], places, tokens, truncated, changes, tokenList, ms }: Inputs,
    turn: ReturnType<Turns['open']>,
    asked: number,
  ): Promise<Reading> {
    let firstStart = Number.POSITIVE_INFINITY;
    const runs: Run[] = await Promise.all(
      windows.map(async (ids, i) => {
        const run = await turn.add(queued, ids, types[i]);
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

/** What a text is before it is tokenized, by its length. Windows alone read all of a long one; of others one input is read, or none. */
function guess({ details }: Generation, text: string, { policy = details.longTexts }: ReadOptions): Load {
  const { maxTokens } = details;
  const whole = Math.ceil(text.length / charactersPerToken) + 2;
  const tokens = policy === 'windows' ? whole : Math.min(whole, maxTokens);
  return { inputs: Math.ceil(tokens / maxTokens), tokens };
}

const nothing: Load = { inputs: 0, tokens: 0 };

function sum(a: Load, b: Load): Load {
  return { inputs: a.inputs + b.inputs, tokens: a.tokens + b.tokens };
}
