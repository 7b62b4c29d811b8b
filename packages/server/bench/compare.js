// Starts the contestants, each in a process of its own, and lets them take turns.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cpus, loadavg } from 'node:os';

/** `contestants`: label -> what contestant.js is told. Returns label -> its results, one a round. */
export async function compare(contestants, { rounds, seconds }) {
  const entries = [];
  for (const [label, options] of Object.entries(contestants)) {
    const child = fork(new URL('./contestant.js', import.meta.url), {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child.send(options);
    await once(child, 'message');
    entries.push({ label, child, results: [] });
  }
  for (let round = 0; round < rounds; round++) {
    // From the other end in every other round: who comes after whom must not matter.
    for (const { child, results } of round % 2 === 0 ? entries : entries.toReversed()) {
      child.send(seconds);
      const [result] = await once(child, 'message');
      results.push(result);
    }
  }
  for (const { child } of entries) child.disconnect();
  return Object.fromEntries(entries.map(({ label, results }) => [label, results]));
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
