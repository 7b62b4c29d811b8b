// What a request of 300 words costs beside inference: HTTP, validation, tokenization, the queue; and the way to the worker and back.
//   nx run server:overhead
//   nx run server:overhead -- --against ../other   (another checkout, built: its server in turn with this one's)
// The client is a socket in a process of its own, for what an HTTP client costs is not the server's. The server has answered essays before, by a model whose runs take next to
// nothing, so that its code is compiled as that of a server that has been up for a minute; its figures tell, too, what the caches cost that a run of DistilBERT leaves behind.
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bertVocabulary, Random } from '@retort/shared';
import { machine, median, quantile } from './compare.js';
import { Connection } from './connection.js';
import { cliOf, startServer } from './http-client.js';
import { narrow, writeBenchModel } from './model.js';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '200' },
    'warm-up': { type: 'string', default: '2000' },
    against: { type: 'string' },
    rounds: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(
    'nx run server:overhead -- [--requests N (200)] [--warm-up N (2000)] [--against FOLDER] [--rounds N (1)]\n',
  );
  process.exit(0);
}
const [requests, warmUp, rounds] = [values.requests, values['warm-up'], values.rounds].map(Number);

const workspace = fileURLToPath(new URL('../../..', import.meta.url));
const folder = join(workspace, '.retort/bench-server');
await writeBenchModel(join(folder, 'distilbert'));
await writeBenchModel(join(folder, 'narrow'), { shape: narrow });

const random = new Random(1, 'overhead');
const words = bertVocabulary().filter((word) => /^[a-z]{2,}$/.test(word));
const essay = () => Array.from({ length: 300 }, () => words[random.integer(words.length)]).join(' ');

/** A server of some checkout that is warm, and a connection to it. */
async function open(name, checkout) {
  const models = `distilbert=${join(folder, 'distilbert')},narrow=${join(folder, 'narrow')}`;
  const server = await startServer(models, [], cliOf(checkout));
  const contestant = { name, server, connection: new Connection(server.port), narrow: [], distilbert: [] };
  // At once, for a server ends connections that say nothing.
  await measure(contestant, 'narrow', warmUp);
  return contestant;
}

/** Milliseconds of a request by phase. */
async function classify(contestant, model) {
  const body = Buffer.from(JSON.stringify({ model, text: essay() }));
  // The server ends those that have said nothing for a minute, while others take their turn.
  if (contestant.connection.closed) contestant.connection = new Connection(contestant.server.port);
  const { connection } = contestant;
  const started = performance.now();
  const { status, head } = await connection.post('/v1/classify', body);
  const total = performance.now() - started;
  if (status !== 200) throw new Error(head);
  const timing = /^server-timing: (.*)$/im.exec(head)[1].trim();
  const phases = Object.fromEntries(timing.split(', ').map((entry) => entry.split(';dur=')));
  const [infer, tokenize, queue] = ['infer', 'tokenize', 'queue'].map((phase) => Number(phases[phase]));
  return { total, infer, overhead: total - infer, tokenize, queue, rest: total - infer - tokenize - queue };
}

async function measure(contestant, model, requests) {
  const all = [];
  for (let i = 0; i < requests; i++) all.push(await classify(contestant, model));
  return all;
}

const of = (all, key, q) =>
  quantile(
    all.map((one) => one[key]),
    q,
  ).toFixed(2);
const row = (name, all, key) => {
  process.stdout.write(`| ${name} | ${[0.5, 0.95, 0.99].map((q) => of(all, key, q)).join(' | ')} |\n`);
};
const table = (title, results) => {
  const all = results.flat();
  process.stdout.write(
    `\n${all.length} requests of 300 words, one after the other: ${title}\n\n| ms | p50 | p95 | p99 |\n|---|---:|---:|---:|\n`,
  );
  row('all, as the client sees it', all, 'total');
  row('inference', all, 'infer');
  row('all but inference', all, 'overhead');
  row('of it tokenization', all, 'tokenize');
  row('of it the queue, the way to the tokenizer and to the worker and back', all, 'queue');
  row('of it HTTP, JSON, validation', all, 'rest');
  if (results.length > 1) {
    const each = results.map((round) => of(round, 'overhead', 0.5));
    process.stdout.write(`\nall but inference, p50 of each round: ${each.join(', ')}; median ${median(each)}\n`);
  }
};

process.stdout.write(`${machine()}\n`);
const contestants = [await open('this checkout', workspace)];
if (values.against !== undefined) contestants.push(await open(values.against, resolve(values.against)));
const titles = { narrow: 'a model whose runs take next to nothing', distilbert: 'DistilBERT in int8' };
for (const [model, title] of Object.entries(titles)) {
  for (let round = 0; round < rounds; round++) {
    // From the other end in every other round: who comes after whom must not matter.
    for (const contestant of round % 2 === 0 ? contestants : contestants.toReversed()) {
      contestant[model].push(await measure(contestant, model, requests));
    }
  }
  for (const contestant of contestants) {
    table(contestants.length === 1 ? title : `${contestant.name}: ${title}`, contestant[model]);
  }
}
for (const { connection, server } of contestants) {
  connection.end();
  await server.stop();
}
process.exit(0);
