/**
 * What recording costs a stage: the same work on all cores, with 40 points a second, alone and with a recorder beside it, in
 * turns. The recorder has the embedded server, a database that is down, or one that takes connections and never answers.
 * Usage: nx run tracking:cost
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { loadExperiment, writeArtifact } from '@retort/shared';

const rounds = Number(process.env.ROUNDS ?? 5);
const program = fileURLToPath(import.meta.url);
const recorder = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const [role, root] = process.argv.slice(2);

if (!isMainThread) parentPort.postMessage(compute(workerData));
else if (role === 'stage') await stage();
else await main();

async function main() {
  const root = mkdtempSync(join(tmpdir(), 'retort-bench-'));
  chmodSync(root, 0o755);
  writeFileSync(join(root, 'nx.json'), '{}');
  mkdirSync(join(root, 'experiments/sample'), { recursive: true });
  const config = { data: { sources: [{ path: 'a.csv' }], labels: ['a', 'b'] } };
  writeFileSync(join(root, 'experiments/sample/experiment.json'), JSON.stringify(config));
  // In a thread of its own: this one waits for the stage.
  const silent = new Worker(new URL('silent-server.js', import.meta.url));
  const port = await new Promise((done) => silent.once('message', done));
  const ways = {
    'no recorder': { RETORT_RECORDER: 'off' },
    'embedded server': { RETORT_RECORDER: recorder, DATABASE_URL: '' },
    'database down': { RETORT_RECORDER: recorder, DATABASE_URL: 'postgres://a:b@127.0.0.1:1/c?sslmode=disable' },
    'database silent': {
      RETORT_RECORDER: recorder,
      DATABASE_URL: `postgres://a:b@127.0.0.1:${port}/c?sslmode=disable`,
    },
  };
  const times = Object.fromEntries(Object.keys(ways).map((way) => [way, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const [way, environment] of Object.entries(ways)) {
      const { stdout } = spawnSync(process.execPath, [program, 'stage', root], {
        env: { ...process.env, ...environment },
        encoding: 'utf8',
      });
      // The first round makes the database and warms up.
      if (round > 0) times[way].push(Number(stdout));
      // The recorder ends in its own time, and must not disturb the next.
      await new Promise((done) => setTimeout(done, 1500));
    }
  }
  console.log(`${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}; ${rounds} rounds, medians`);
  const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
  const base = times['no recorder'];
  for (const [way, own] of Object.entries(times)) {
    const ratios = own.map((time, i) => time / base[i] - 1);
    console.log(`${way.padEnd(16)} ${(median(own) / 1000).toFixed(3)} s  ${(100 * median(ratios)).toFixed(2)} %`);
  }
  await silent.terminate();
  rmSync(root, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
}

/** Milliseconds from the stage's beginning to its artifact. */
async function stage() {
  const began = performance.now();
  await writeArtifact(loadExperiment('sample', root), 'finetune', async (writer) => {
    let step = 0;
    const timer = setInterval(() => {
      step++;
      const point = (name) => ({ name, value: 1 / step, step });
      writer.metrics.append(point('loss'), point('rate'), point('norm'), point('speed'));
    }, 100);
    const workers = Array.from({ length: availableParallelism() }, () => new Worker(program, { workerData: 6e8 }));
    await Promise.all(workers.map((worker) => new Promise((done) => worker.once('message', done))));
    clearInterval(timer);
    await writer.commit({ inputs: {} });
  });
  process.stdout.write(String(performance.now() - began));
}

function compute(steps) {
  let sum = 0;
  for (let i = 1; i < steps; i++) sum += 1 / i;
  return sum;
}
