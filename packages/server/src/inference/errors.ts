import type { RejectionReason } from './contract.ts';

/** No room for another request's texts. */
export class QueueFull extends Error {
  /** When there should be room, in seconds: whole ones, at least 1. */
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super(`too many texts wait already; try again in ${retryAfterSeconds} s`);
    this.name = 'QueueFull';
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export class DeadlineExceeded extends Error {
  constructor() {
    super('the answer was not there in time');
    this.name = 'DeadlineExceeded';
  }
}

/** The caller's signal was aborted. */
export class Cancelled extends Error {
  constructor(reason?: unknown) {
    super('the caller has given up', { cause: reason });
    this.name = 'Cancelled';
  }
}

/** By the policy `error`: a text is longer than the model reads at once. */
export class TextTooLong extends Error {
  /** Which of the request's texts, from 0. */
  readonly index: number;
  /** Both with `[CLS]` and `[SEP]`. */
  readonly tokens: number;
  readonly maxTokens: number;

  constructor(index: number, tokens: number, maxTokens: number) {
    super(`the text has ${tokens} tokens, and the model reads ${maxTokens} at once`);
    this.name = 'TextTooLong';
    this.index = index;
    this.tokens = tokens;
    this.maxTokens = maxTokens;
  }
}

export class UnknownModel extends Error {
  constructor(id: string, ids: readonly string[]) {
    super(`there is no model "${id}"; there is: ${ids.join(', ') || 'none'}`);
    this.name = 'UnknownModel';
  }
}

export class ServiceClosing extends Error {
  constructor() {
    super('the server is stopping');
    this.name = 'ServiceClosing';
  }
}

/** How an error is counted. */
export function rejectionReason(error: unknown): RejectionReason {
  if (error instanceof QueueFull) return 'queue_full';
  if (error instanceof DeadlineExceeded) return 'deadline';
  if (error instanceof Cancelled) return 'cancelled';
  if (error instanceof ServiceClosing) return 'closing';
  return error instanceof TextTooLong ? 'too_long' : 'failed';
}
