import type { LocatedToken, LongTextPolicy, Stretch } from '@retort/shared';
import type { ModelDetails } from '../model/describe.ts';

/** What is done with a text that is longer than the model reads at once; `error`: it is refused. */
export type ReadPolicy = LongTextPolicy | 'error';

export interface ReadOptions {
  /** Default: the model's own, of `retort.json`. */
  readonly policy?: ReadPolicy;
  /** Whether the tokens are listed. Default: false. */
  readonly tokens?: boolean;
  /** Once it is aborted, what has not been computed never is. */
  readonly signal?: AbortSignal;
  /** Until when the answer is wanted, on the clock of `performance.now()`. What waits then is dropped. Default: no limit. */
  readonly deadline?: number;
  /** `background` runs when nothing else waits. Default: `interactive`. */
  readonly priority?: 'interactive' | 'background';
}

/** One input of the model, and what came out. */
export interface ReadingWindow extends Stretch {
  /** What is left out between beginning and end; only by `head_tail`. */
  readonly gap?: Stretch;
  /** `[CLS]` and `[SEP]` included. */
  readonly tokens: number;
  /** [labels] */
  readonly logits: Float32Array;
}

/** What a model has made of one text. All offsets are those of the text as it was given. */
export interface Reading {
  /** Mean of the windows' logits, [labels]. */
  readonly logits: Float32Array;
  /** None where tokens were given, which have no place in a text. */
  readonly windows: readonly ReadingWindow[];
  /** Tokens that the model read, each counted once, `[CLS]` and `[SEP]` included. */
  readonly tokens: number;
  /** Whether a part of the text was not read. */
  readonly truncated: boolean;
  /** What was changed before tokenization, such as invisible characters that were removed, and how often. */
  readonly normalized: readonly { readonly what: string; readonly count: number }[];
  /** The tokens that were read, each once, without `[CLS]` and `[SEP]`; only where `tokens` was asked for. */
  readonly tokenList?: readonly LocatedToken[];
  /** `queueMs`: from asking to the start of its first run, but for `tokenizeMs`; `inferMs`: its windows' runs added up. */
  readonly timings: { readonly queueMs: number; readonly tokenizeMs: number; readonly inferMs: number };
}

/** An input of a model that somebody else has tokenized, `[CLS]` to `[SEP]`, without padding. */
export interface TokenizedInput {
  /** At least one and at most `maxTokens`, each below `vocabularySize`. */
  readonly ids: Int32Array;
  /** As many, each below `tokenTypes`, for a model that has `token_type_ids`. Default: all 0. */
  readonly types?: Int32Array;
}

/** A model that is loaded and has answered once. It stays what it is: a changed folder is another variant of the same id. */
export interface Variant extends ModelDetails {
  readonly vocabularySize: number;
  /** Of `input_ids`, `attention_mask` and `token_type_ids` those that the model has. */
  readonly inputNames: readonly string[];
  /** Its share of the requests that name no model, 0 to 1; those of all variants add up to 1. */
  readonly share: number;
  /** Whether it reads, unseen, what requests that name no model give to the others. */
  readonly shadow: boolean;
  /**
   * Reads the texts of one request, in their order. Requests take turns, whatever number of texts and windows each has.
   * Errors: those of `errors.ts`, for all of the texts.
   */
  read(texts: readonly string[], options?: ReadOptions): Promise<Reading[]>;
  /** Reads inputs as they are. Whoever calls has checked them: what the model cannot take fails as a defect. No shadow reads them. */
  readTokens(
    inputs: readonly TokenizedInput[],
    options?: Pick<ReadOptions, 'signal' | 'deadline' | 'priority'>,
  ): Promise<Reading[]>;
}

/** Several variants of a task behind one queue. */
export interface Service {
  /** As they are now; the first is the one that is there longest. */
  variants(): readonly Variant[];
  /**
   * Picks a variant, by its id or by the shares, and keeps it loaded until `work` ends, though its folder may change meanwhile. Fails with
   * `UnknownModel`. Requests of the same `key` get the same variant while the shares stay.
   */
  use<T>(
    id: string | undefined,
    work: (variant: Variant) => Promise<T>,
    options?: { readonly key?: string },
  ): Promise<T>;
  stats(): ServiceStats;
  /** Tells of what happens, until the function that comes back is called. */
  observe(observer: ServiceObserver): () => void;
  /**
   * Looks whether folders have changed, as it also does by itself now and then. One that has, and looks as it did at the last look, is validated, tried and
   * swapped in; observers are told.
   */
  refresh(): Promise<void>;
  /** Takes nothing new (`ServiceClosing`), answers what waits, and frees the models; after `graceMs` what is left fails. */
  close(graceMs?: number): Promise<void>;
}

export interface ServiceStats {
  /** Whether requests are taken: some worker is ready, and the service is not closing. */
  readonly ready: boolean;
  /** Texts and windows of requests that wait for a worker. */
  readonly queued: number;
  /** Those that wait for a shadow to read them, too, when nothing else is to be done: in no request's way. */
  readonly queuedForShadows: number;
  /** How many of requests may wait. */
  readonly queueLimit: number;
  /** Runs under way. */
  readonly inFlight: number;
  /** Those that are ready and take any text, that is, without the express ones. */
  readonly workers: number;
  /** Process ids of all that are ready, the express ones last. */
  readonly pids: readonly number[];
}

export type RejectionReason = 'queue_full' | 'deadline' | 'cancelled' | 'too_long' | 'closing' | 'failed';

/** All calls come from the event loop of whoever opened the service. `model` is a variant's id. */
export interface ServiceObserver {
  /** A text was read. */
  read?(event: { readonly model: string; readonly reading: Reading }): void;
  /** The model has run once: `size` inputs of `tokens` tokens each. */
  batch?(event: { readonly model: string; readonly size: number; readonly tokens: number; readonly ms: number }): void;
  /** A request's texts got no answer. */
  rejected?(event: { readonly model: string; readonly reason: RejectionReason; readonly texts: number }): void;
  /** A worker had died and a new one is there. */
  restarted?(event: { readonly reason: string }): void;
  /** A changed folder is served from now on, or was refused with `error` and the old one stays. */
  swapped?(event: { readonly model: string; readonly sha256: string }): void;
  swapRefused?(event: { readonly model: string; readonly error: Error }): void;
  /** A shadow has read a text, too; `agreed`: its label is the same. */
  shadow?(event: { readonly model: string; readonly shadow: string; readonly agreed: boolean }): void;
}
