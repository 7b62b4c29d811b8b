/** Looks at something now and then: one look after the other, and none once it has ended. */
export class Watcher {
  readonly #look: () => Promise<void>;
  #last: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(look: () => Promise<void>) {
    this.#look = look;
  }

  /** Looks by itself from now on, so many milliseconds after each look of its own. */
  start(everyMs: number): void {
    if (this.#ended) return;
    const again = () => this.start(everyMs);
    this.#timer = setTimeout(() => void this.look().then(again, again), everyMs);
    this.#timer.unref();
  }

  /** Settles when the look that is asked for here is over. */
  look(): Promise<void> {
    const look = async () => (this.#ended ? undefined : this.#look());
    this.#last = this.#last.then(look, look);
    return this.#last;
  }

  /** Settles when the look under way is over, however it ends. */
  async end(): Promise<void> {
    this.#ended = true;
    clearTimeout(this.#timer);
    await this.#last.catch(() => undefined); // Whoever asked for the look is told.
  }
}
