// Starts the contestants, each in a process of its own, and lets them take turns.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cpus, loadavg } from 'node:os';

/**
 * `contestants`: label -> what contestant.js is told. Returns label -> its results, one a round. When it settles, the contestants have ended, and what they
 * had started; an error if one of them ends before it has answered.
 */
export async function compare(contestants, { rounds, seconds }) {
  const entries = [];
  try {
    for (const [label, options] of Object.entries(contestants)) {
      const entry = { label, results: [], ...start() };
      entries.push(entry);
      await ask(entry, options);
    }
    for (let round = 0; round < rounds; round++) {
      // From the other end in every other round: who comes after whom must not matter.
      for (const entry of round % 2 === 0 ? entries : entries.toReversed()) {
        entry.results.push(await ask(entry, seconds));
      }
    }
  } finally {
    for (const { child } of entries) if (child.connected) child.disconnect();
    await Promise.all(entries.map(({ ended }) => ended));
  }
  return Object.fromEntries(entries.map(({ label, results }) => [label, results]));
}

function start() {
  const child = fork(new URL('./contestant.js', import.meta.url), {
    serialization: 'advanced',
    execArgv: [], // not the caller's, which may be of a module given on the command line
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return { child, ended: once(child, 'exit') };
}

/** Its answer. Without a look at its end, a contestant that fails would be waited for for ever. */
async function ask({ label, child, ended }, question) {
  child.send(question);
  const [answer] = await Promise.race([
    once(child, 'message'),
    ended.then(([code, signal]) => {
      throw new Error(`"${label}" has ended with ${signal ?? `exit code ${code}`} before it answered`);
    }),
  ]);
  return answer;
}

export const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
export const rates = (results) => results.map(({ done, seconds }) => done / seconds);

/** The median over rounds of `label`'s rate divided by the other's in the same round. */
export function ratio(results, label, other) {
  const [ours, theirs] = [rates(results[label]), rates(results[other])];
  return median(ours.map((rate, i) => rate / theirs[i]));
}

export function quantile(latencies, q) {
  return latencies.toSorted((a, b) => a - b)[Math.min(latencies.length - 1, Math.floor(q * latencies.length))];
}

export function machine() {
  return `${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}, load ${loadavg()[0].toFixed(2)}`;
}
