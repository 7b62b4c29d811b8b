/**
 * Until when an answer is wanted, on the clock of `performance.now()`: by the client's `Prefer: wait=SECONDS` (RFC 7240), which may only
 * shorten the server's own limit.
 */
export function deadlineOf(prefer: string | undefined, maxSeconds: number): number {
  const [, asked] = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,9}(?:\.\d{1,3})?)"?/i.exec(prefer ?? '') ?? [];
  const seconds = asked === undefined ? maxSeconds : Math.min(Number(asked), maxSeconds);
  return performance.now() + 1000 * seconds;
}
