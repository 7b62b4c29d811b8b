/** Not there, and not tried again before `retryAfterSeconds` have passed: whole ones, at least 1. */
export class NotThereYet extends Error {
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number, cause: unknown) {
    super(`not there; it is tried again in ${retryAfterSeconds} s`, { cause });
    this.name = 'NotThereYet';
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Pause after a failure: doubled each time, up to the longest. */
const firstPauseMs = 1000;
const longestPauseMs = 10_000;

/** Something that may be there only later. It is tried when somebody asks for it, but after a failure not before a pause. `now`: milliseconds. */
export class Retried<T> {
  readonly #open: () => Promise<T>;
  readonly #now: () => number;
  #value: { readonly is: T } | undefined;
  #attempt: Promise<T> | undefined;
  #failures = 0;
  #nextAt = Number.NEGATIVE_INFINITY;
  #failure: unknown;

  constructor(open: () => Promise<T>, now: () => number = () => performance.now()) {
    this.#open = open;
    this.#now = now;
  }

  /** What `ask` gave; throws NotThereYet before. */
  get value(): T {
    if (this.#value === undefined) throw this.#notThere();
    return this.#value.is;
  }

  /** Waits for the attempt under way, or makes one; NotThereYet where it fails, or it is too early for one. */
  async ask(): Promise<T> {
    if (this.#value !== undefined) return this.#value.is;
    if (this.#attempt === undefined && this.#now() < this.#nextAt) throw this.#notThere();
    this.#attempt ??= this.#try();
    return this.#attempt;
  }

  /** Whether an attempt is under way. */
  get pending(): boolean {
    return this.#attempt !== undefined;
  }

  /** What is there once the attempt under way is over. */
  async settled(): Promise<T | undefined> {
    await this.#attempt?.catch(() => undefined);
    return this.#value?.is;
  }

  async #try(): Promise<T> {
    try {
      const is = await this.#open();
      this.#value = { is };
      return is;
    } catch (error) {
      this.#nextAt = this.#now() + Math.min(longestPauseMs, firstPauseMs * 2 ** this.#failures++);
      this.#failure = error;
      throw this.#notThere();
    } finally {
      this.#attempt = undefined;
    }
  }

  #notThere(): NotThereYet {
    return new NotThereYet(Math.max(1, Math.ceil((this.#nextAt - this.#now()) / 1000)) || 1, this.#failure);
  }
}
