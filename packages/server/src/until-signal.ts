export interface Stop {
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  /**
   * For a worker's SIGTERM. Nx sends it to those processes alone that have no others below them, and waits for the rest to follow, which a server that replaces its workers would
   * never do. From elsewhere it means no more than that a worker has died.
   */
  workerTerminated(): void;
}

/**
 * Later signals are swallowed: a terminal and whoever started the process may send one each for the same Ctrl-C. The wait after the first is bounded.
 */
export function untilSignal(): Stop {
  const stop = new AbortController();
  const end = () => stop.abort();
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  const isByNx = process.env.NX_TASK_TARGET_TARGET !== undefined;
  return { signal: stop.signal, workerTerminated: () => isByNx && end() };
}
