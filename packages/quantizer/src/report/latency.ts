import type { Session } from '@retort/runtime';
import { Random } from '@retort/shared';
import type { Latency } from './results.ts';
import { feeds } from './score.ts';

export interface LatencyOptions {
  /** Tokens of one text. */
  readonly length: number;
  /** Untimed runs of each session at first. */
  readonly warmUp: number;
  /** Timed runs of each session. */
  readonly runs: number;
  /** Token ids are drawn below it. */
  readonly vocabularySize: number;
  /** Milliseconds, from any start. */
  readonly now?: () => number;
  onRun?(run: number): void;
}

/**
 * Times one text of random tokens on each session. The sessions take turns, run by run, and each turn begins with another
 * one, so that whatever else the machine does meanwhile hits all of them alike. Results are in the sessions' order.
 */
export async function measureLatencies(
  sessions: readonly Session[],
  { length, warmUp, runs, vocabularySize, now = () => performance.now(), onRun }: LatencyOptions,
): Promise<Latency[]> {
  const random = new Random(length, 'latency');
  const ids = Int32Array.from({ length }, () => random.integer(vocabularySize));
  const inputs = sessions.map((session) => feeds(session, ids));
  const times: number[][] = sessions.map(() => []);
  for (let run = -warmUp; run < runs; run++) {
    for (let turn = 0; turn < sessions.length; turn++) {
      const i = (turn + run + warmUp) % sessions.length;
      const start = now();
      await sessions[i].run(inputs[i]);
      const elapsed = now() - start;
      if (run >= 0) times[i].push(elapsed);
    }
    onRun?.(run);
  }
  return times.map((each) => ({ length, p50: percentile(each, 0.5), p95: percentile(each, 0.95) }));
}

/** The smallest value that at least a `share` of the values do not exceed (nearest rank). */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
