// Latency of the server at half of what it can do, and what becomes of the requests at five times as much. Requests come at random times, whether others are answered or not.
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Random } from '@retort/shared';
import { machine, quantile } from './compare.js';
import { classify, startServer } from './http-client.js';
import { writeBenchModel } from './model.js';
import { someTexts } from './texts.js';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    queue: { type: 'string', default: '64' },
    express: { type: 'string', default: '1' },
    work: { type: 'string', default: '.retort/bench-server' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(
    'nx run server:pressure -- [--seconds N of each load] [--queue N texts that may wait] [--express N workers for short texts] [--work FOLDER]\n',
  );
  process.exit(0);
}
const seconds = Number(values.seconds);
const model = join(resolve(dirname(fileURLToPath(import.meta.url)), '../../..'), values.work, 'distilbert');
await writeBenchModel(model);
const texts = someTexts(2000).map(({ text }) => text);
const { port, stop } = await startServer(model, ['--queue', values.queue, '--express', values.express]);

/** Which text of all was asked about, and the answer. */
async function ask(i) {
  return { text: i % texts.length, ...(await classify(port, texts[i % texts.length])) };
}

/** Requests one after the other, by `clients` at a time. */
async function closedLoop(clients) {
  const end = performance.now() + seconds * 1000;
  const answers = [];
  let next = 0;
  const client = async () => {
    while (performance.now() < end) answers.push(await ask(next++));
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: clients }, client));
  return { answers, seconds: (performance.now() - started) / 1000 };
}

/** Requests at random times, `rate` a second. */
async function openLoop(rate) {
  const random = new Random(1, 'arrivals');
  const started = performance.now();
  const answers = [];
  let at = 0;
  for (let i = 0; at < seconds * 1000; i++) {
    at += (-Math.log(1 - random.uniform()) / rate) * 1000;
    const wait = started + at - performance.now();
    if (wait > 1) await new Promise((done) => setTimeout(done, wait));
    answers.push(ask(i));
  }
  // What waits when no more comes is answered, too: all of that time counts.
  return { answers: await Promise.all(answers), seconds: (performance.now() - started) / 1000 };
}

const latencies = (answers, status = 200) => answers.filter((answer) => answer.status === status).map(({ ms }) => ms);
/** By how much each text took longer than it does alone: lengths differ, and with them what is long. */
const timesAlone = (answers, single) => {
  const alone = new Map(single.map(({ text, ms }) => [text, ms]));
  return answers.flatMap(({ text, ms, status }) => (status === 200 && alone.has(text) ? ms / alone.get(text) : []));
};
const line = (name, { answers, seconds }) => {
  const [good, refused] = [latencies(answers), latencies(answers, 429)];
  const cells = [
    good.length / seconds,
    quantile(good, 0.5),
    quantile(good, 0.99),
    refused.length / seconds,
    refused.length === 0 ? 0 : quantile(refused, 0.99),
  ];
  process.stdout.write(`| ${name} | ${cells.map((cell) => cell.toFixed(1)).join(' | ')} |\n`);
};
process.stdout.write(
  `${machine()}\n\n| load | answers/s | p50 ms | p99 ms | 429/s | their p99 ms |\n|---|---:|---:|---:|---:|---:|\n`,
);
await closedLoop(4); // Warm.
const single = await closedLoop(1);
line('one client', single);
const full = await closedLoop(16);
line('16 clients', full);
const most = latencies(full.answers).length / full.seconds;
const half = await openLoop(most / 2);
line('half of it, at random times', half);
line('five times as much', await openLoop(most * 5));
const slower = timesAlone(half.answers, single.answers);
if (slower.length > 0)
  process.stdout.write(
    `\nAt half load a text takes ${quantile(slower, 0.5).toFixed(2)} times what it takes alone (p99 ${quantile(slower, 0.99).toFixed(2)}; ${slower.length} texts that were asked about in both).\n`,
  );
await stop();
process.exit(0); // Connections are kept open.
