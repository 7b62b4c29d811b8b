/** Digits of a short id, as long as runs differ in them: one in 4 billion pairs does not. */
const digits = 8;

/**
 * What lists call a run: the end of its id, which is random; its beginning is the time, which the stages of an experiment share to the minute.
 */
export function shortId(run: string): string {
  return run.slice(-digits);
}

/** Ends of ids, all as long as is needed to tell these runs apart. */
export function shortIds(runs: readonly string[]): string[] {
  const different = new Set(runs).size;
  let length = digits;
  while (new Set(runs.map((run) => run.slice(-length))).size < different) length++;
  return runs.map((run) => run.slice(-length));
}
