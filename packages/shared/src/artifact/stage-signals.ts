import type { EventEmitter } from 'node:events';

const ending = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
type Ending = (typeof ending)[number];

/** Why work ends early: somebody pressed Ctrl-C or sent SIGTERM. */
export class Stopped extends Error {
  readonly signal: Ending;

  constructor(signal: Ending) {
    super(`stopped by ${signal}`);
    this.signal = signal;
  }
}

/**
 * What ends a stage from outside. By default at once, by `leave`; while interruptible work goes on Ctrl-C and SIGTERM ask it to come to an end, and
 * only a second one ends the stage at once.
 */
export class StageSignals {
  readonly #leave: (signal: Ending, inOrder: boolean) => void;
  readonly #source: Pick<EventEmitter, 'on' | 'off'>;
  #work: AbortController | undefined;

  /** `leave` ends the process: in order, after work that has come to an end, or at once. */
  constructor(leave: (signal: Ending, inOrder: boolean) => void, source: Pick<EventEmitter, 'on' | 'off'> = process) {
    this.#leave = leave;
    this.#source = source;
    for (const signal of ending) source.on(signal, this.#receive);
  }

  /** Work that comes to an end soon after its signal is aborted, by a `Stopped`. Then the stage is left; an error of another kind goes on its way. */
  async interruptible<T>(work: (stop: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    this.#work = controller;
    const { signal } = controller;
    try {
      const result = await work(signal);
      this.#leaveIfStopped(signal);
      return result;
    } catch (error) {
      // Another error is told as one: what it stopped at was not the signal.
      if (error === signal.reason) this.#leaveIfStopped(signal);
      throw error;
    } finally {
      this.#work = undefined;
    }
  }

  #leaveIfStopped({ reason }: AbortSignal): void {
    if (reason instanceof Stopped) this.#leave(reason.signal, true);
  }

  close(): void {
    for (const signal of ending) this.#source.off(signal, this.#receive);
  }

  readonly #receive = (signal: Ending): void => {
    // Whoever closes a terminal waits for nothing.
    const work = signal === 'SIGHUP' ? undefined : this.#work;
    const first: unknown = work?.signal.reason;
    if (work !== undefined && first === undefined) work.abort(new Stopped(signal));
    // One of another kind belongs to the first: a terminal may send SIGINT and who started the stage SIGTERM.
    else if (!(first instanceof Stopped) || first.signal === signal) this.#leave(signal, false);
  };
}
