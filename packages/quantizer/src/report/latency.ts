import type { Session } from '@retort/runtime';
import { Random } from '@retort/shared';
import type { Latency, Percentiles } from './results.ts';
import { feeds } from './score.ts';

/** Timed runs of each session at least, however slow it is. */
export const fewestRuns = 10;

export interface TurnOptions {
  /** Untimed runs of each session at first. */
  readonly warmUp: number;
  /** Most timed runs of each session. */
  readonly runs: number;
  /** Milliseconds after which no further round starts, once each session has had its fewest runs. Default: no bound. */
  readonly budgetMs?: number;
  /** Milliseconds, from any start. */
  readonly now?: () => number;
  onRun?(run: number): void;
}

export interface LatencyOptions extends TurnOptions {
  /** Tokens of one text. */
  readonly length: number;
  /** Token ids are drawn below it. */
  readonly vocabularySize: number;
}

/** Times one text of random tokens on each session. Results are in the sessions' order. */
export async function measureLatencies(
  sessions: readonly Session[],
  { length, vocabularySize, ...options }: LatencyOptions,
): Promise<Latency[]> {
  const random = new Random(length, 'latency');
  const ids = Int32Array.from({ length }, () => random.integer(vocabularySize));
  const inputs = sessions.map((session) => feeds(session, ids));
  const runs = sessions.map((session, i) => () => session.run(inputs[i]));
  const measured = await takeTurns(runs, options);
  return measured.map((percentiles) => ({ length, ...percentiles }));
}

/**
 * Times whole texts on each session, one text a turn, its windows one after the other. `texts`: for each session the windows of all
 * texts, as it reads them; there are as many for each.
 */
export function measureMix(
  sessions: readonly Session[],
  texts: readonly (readonly (readonly Int32Array[])[])[],
  options: Omit<TurnOptions, 'runs'>,
): Promise<Percentiles[]> {
  const count = texts[0].length;
  const runs = sessions.map((session, i) => {
    const inputs = texts[i].map((windows) => windows.map((ids) => feeds(session, ids)));
    return async (turn: number) => {
      for (const input of inputs[turn % count]) await session.run(input);
    };
  });
  // The untimed texts come first, and again among those that count.
  return takeTurns(runs, { ...options, runs: count });
}

/**
 * Times some runs that take turns, each turn beginning with another one, so that whatever else the machine does meanwhile hits all
 * of them alike.
 */
async function takeTurns(
  runs: readonly ((turn: number) => Promise<unknown>)[],
  { warmUp, runs: most, budgetMs = Number.POSITIVE_INFINITY, now = () => performance.now(), onRun }: TurnOptions,
): Promise<Percentiles[]> {
  const times: number[][] = runs.map(() => []);
  let spent = 0;
  for (let turn = -warmUp; turn < most && (turn < fewestRuns || spent < budgetMs); turn++) {
    for (let place = 0; place < runs.length; place++) {
      const i = (place + turn + warmUp) % runs.length;
      const start = now();
      await runs[i](Math.max(0, turn));
      const elapsed = now() - start;
      spent += elapsed;
      if (turn >= 0) times[i].push(elapsed);
    }
    onRun?.(turn);
  }
  return times.map((each) => ({
    runs: each.length,
    p50: percentile(each, 0.5),
    p95: percentile(each, 0.95),
    p99: percentile(each, 0.99),
  }));
}

/** The smallest value that at least a `share` of the values do not exceed (nearest rank). */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
