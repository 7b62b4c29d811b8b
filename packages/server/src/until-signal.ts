/**
 * Aborted by Ctrl-C and SIGTERM. Later signals are swallowed: a terminal and Nx send one each for the same Ctrl-C. The wait after the first is bounded.
 */
export function untilSignal(): AbortSignal {
  const stop = new AbortController();
  const end = () => stop.abort();
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  return stop.signal;
}
