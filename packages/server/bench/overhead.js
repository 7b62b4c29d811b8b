// What a request of 300 words costs beside inference: HTTP, validation, tokenization, the queue; and the way to the worker and back.
//   nx run server:overhead
// The client is a socket in a process of its own, for what an HTTP client costs is not the server's. The server has answered essays before, by a model whose runs take next to
// nothing, so that its code is compiled as that of a server that has been up for a minute; its figures tell, too, what the caches cost that a run of DistilBERT leaves behind.
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bertVocabulary, Random } from '@retort/shared';
import { machine, quantile } from './compare.js';
import { startServer } from './http-client.js';
import { narrow, writeBenchModel } from './model.js';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '200' },
    'warm-up': { type: 'string', default: '2000' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write('nx run server:overhead -- [--requests N (200)] [--warm-up N (2000)]\n');
  process.exit(0);
}

const folder = fileURLToPath(new URL('../../../.retort/bench-server', import.meta.url));
await writeBenchModel(join(folder, 'distilbert'));
await writeBenchModel(join(folder, 'narrow'), { shape: narrow });
const server = await startServer(`distilbert=${join(folder, 'distilbert')},narrow=${join(folder, 'narrow')}`);
const socket = connect(server.port, '127.0.0.1');
await once(socket, 'connect');
socket.setNoDelay(true);
let answered;
let received = '';
socket.on('data', (data) => {
  received += data;
  const body = received.indexOf('\r\n\r\n') + 4;
  const length = Number(/^content-length: (\d+)/im.exec(received)?.[1]);
  if (body > 3 && received.length >= body + length) answered(received);
});

const random = new Random(1, 'overhead');
const words = bertVocabulary().filter((word) => /^[a-z]{2,}$/.test(word));
const essay = () => Array.from({ length: 300 }, () => words[random.integer(words.length)]).join(' ');

/** Milliseconds of a request by phase. */
async function classify(model) {
  const body = JSON.stringify({ model, text: essay() });
  const head = ['POST /v1/classify HTTP/1.1', 'host: localhost', 'content-type: application/json'];
  const request = `${[...head, `content-length: ${body.length}`].join('\r\n')}\r\n\r\n${body}`;
  received = '';
  const answer = new Promise((resolve) => {
    answered = resolve;
  });
  const started = performance.now();
  socket.write(request);
  const text = await answer;
  const total = performance.now() - started;
  if (!text.startsWith('HTTP/1.1 200')) throw new Error(text.slice(0, 300));
  const timing = /^server-timing: (.*)$/im.exec(text)[1].trim();
  const phases = Object.fromEntries(timing.split(', ').map((entry) => entry.split(';dur=')));
  const [infer, tokenize, queue] = ['infer', 'tokenize', 'queue'].map((phase) => Number(phases[phase]));
  return { total, infer, overhead: total - infer, tokenize, queue, rest: total - infer - tokenize - queue };
}

async function measure(model, requests) {
  const all = [];
  for (let i = 0; i < requests; i++) all.push(await classify(model));
  return all;
}

const row = (name, all, key) => {
  const cells = [0.5, 0.95, 0.99].map((q) =>
    quantile(
      all.map((one) => one[key]),
      q,
    ).toFixed(2),
  );
  process.stdout.write(`| ${name} | ${cells.join(' | ')} |\n`);
};
const table = (title, all) => {
  process.stdout.write(
    `\n${all.length} requests of 300 words, one after the other: ${title}\n\n| ms | p50 | p95 | p99 |\n|---|---:|---:|---:|\n`,
  );
  row('all, as the client sees it', all, 'total');
  row('inference', all, 'infer');
  row('all but inference', all, 'overhead');
  row('of it tokenization', all, 'tokenize');
  row('of it the queue, the way to the tokenizer and to the worker and back', all, 'queue');
  row('of it HTTP, JSON, validation', all, 'rest');
};
const requests = Number(values.requests);
process.stdout.write(`${machine()}\n`);
await measure('narrow', Number(values['warm-up']));
table('a model whose runs take next to nothing', await measure('narrow', requests));
table('DistilBERT in int8', await measure('distilbert', requests));
socket.destroy();
await server.stop();
process.exit(0);
