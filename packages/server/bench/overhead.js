// What a request of 300 words costs beside inference: HTTP, validation, tokenization, the queue; and the way to the worker and back.
//   nx run server:overhead
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { bertVocabulary, Random } from '@retort/shared';
import { createApp, listen, openService } from '../dist/index.js';
import { writeBenchModel } from './model.js';

const requests = 400;
const warmUp = 50;

const folder = fileURLToPath(new URL('../../../.retort/bench/distilbert', import.meta.url));
await writeBenchModel(folder);
const model = { id: 'distilbert', folder, onnxFile: 'onnx/model_quantized.onnx' };
const service = await openService({ variants: [{ model }], watchMs: 0 });
const records = [];
const app = createApp({ service, onRequest: (record) => records.push(record) });
const server = await listen(app, { host: '127.0.0.1', port: 0 });
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

const random = new Random(1, 'overhead');
const words = bertVocabulary().filter((word) => /^[a-z]{2,}$/.test(word));
const essay = () => Array.from({ length: 300 }, () => words[random.integer(words.length)]).join(' ');

async function classify(text) {
  const started = performance.now();
  const headers = { 'content-type': 'application/json' };
  const sent = request(`${server.url}/v1/classify`, { method: 'POST', agent, headers });
  sent.end(JSON.stringify({ text }));
  const [response] = await once(sent, 'response');
  response.resume();
  await once(response, 'end');
  const total = performance.now() - started;
  if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}`);
  const phases = Object.fromEntries(
    response.headers['server-timing']
      .split(', ')
      .map((entry) => entry.split(';dur='))
      .map(([name, ms]) => [name, Number(ms)]),
  );
  return { total, overhead: total - phases.infer, ...phases };
}

for (let i = 0; i < warmUp; i++) await classify(essay());
const measured = [];
for (let i = 0; i < requests; i++) measured.push(await classify(essay()));
await server.close();
app.close();
await service.close();
agent.destroy();

const quantile = (key, q) => measured.map((one) => one[key]).sort((a, b) => a - b)[Math.floor(q * requests)];
const row = (name, key) =>
  `${name.padEnd(34)} ${[0.5, 0.95, 0.99].map((q) => quantile(key, q).toFixed(2).padStart(8)).join('')}`;
process.stdout.write(
  [
    `${cpus()[0].model}, ${availableParallelism()} threads, Node ${process.versions.node}`,
    `${requests} requests of 300 words, one after the other, an int8 DistilBERT; ms`,
    `${''.padEnd(34)} ${['p50', 'p95', 'p99'].map((name) => name.padStart(8)).join('')}`,
    row('all, as the client sees it', 'total'),
    row('inference', 'infer'),
    row('all but inference', 'overhead'),
    row('  of it tokenization', 'tokenize'),
    row('  of it the queue', 'queue'),
    '',
  ].join('\n'),
);
