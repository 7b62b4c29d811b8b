// Texts a second: the service against two bare workers, and against transformers.js on the stock int8 export of the same weights.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compare, machine, median, quantile, rates, ratio } from './compare.js';
import { writeBenchModel } from './model.js';
import { someTexts } from './texts.js';

const usage = `nx run server:bench -- [options]

  --rounds N     (5)
  --seconds N    of each in a round (10)
  --clients N    (16)
  --median N     of the texts' lengths, in tokens (128)
  --spread X     of their logarithm (0.6); 0: all of one length
  --only LIST    of: bare, service, threads, http, rival (all but threads)
  --work FOLDER  (.retort/bench-server)

RETORT_TRANSFORMERS_JS: a folder with @huggingface/transformers in its node_modules. RETORT_PYTHON: a Python with torch, transformers, onnx and
onnxruntime, which makes the stock export. Without them, the rival is left out.
`;
const { values } = parseArgs({
  options: {
    ...Object.fromEntries(
      Object.entries({
        rounds: '5',
        seconds: '10',
        clients: '16',
        median: '128',
        spread: '0.6',
        only: 'bare,service,http,rival',
        work: '.retort/bench-server',
      }).map(([name, value]) => [name, { type: 'string', default: value }]),
    ),
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(usage);
  process.exit(0);
}

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const work = resolve(root, values.work);
const [model, stock] = [join(work, 'model'), join(work, 'stock')];
const only = values.only.split(',');
await writeBenchModel(model);
const rival = only.includes('rival') && process.env.RETORT_TRANSFORMERS_JS !== undefined;
if (rival && !existsSync(join(stock, 'onnx/model_quantized.onnx'))) {
  const script = join(root, 'packages/server/bench/rival/export.py');
  execFileSync(process.env.RETORT_PYTHON ?? 'python3', [script, model, stock], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

const median_ = Number(values.median);
const made = someTexts(2000, { median: median_, spread: Number(values.spread) });
const texts = made.map(({ text }) => text);
const common = { model, texts, workers: availableParallelism(), clients: Number(values.clients) };
const contestants = {
  ...(only.includes('bare') ? { 'bare workers': { ...common, name: 'bare' } } : {}),
  ...(only.includes('service') ? { service: { ...common, name: 'service' } } : {}),
  ...(only.includes('http') ? { 'server, HTTP': { ...common, name: 'http' } } : {}),
  ...(only.includes('threads') ? { 'service, threads': { ...common, name: 'service', kind: 'thread' } } : {}),
  ...(rival
    ? Object.fromEntries(
        [1, 4, 8].map((size) => [
          `transformers.js, ${size} a call`,
          { name: 'transformers', model: stock, texts, size },
        ]),
      )
    : {}),
};
const results = await compare(contestants, { rounds: Number(values.rounds), seconds: Number(values.seconds) });

process.stdout.write(
  `${machine()}\nlengths: median ${median_}, mean ${(made.reduce((sum, { tokens }) => sum + tokens, 0) / made.length).toFixed(0)} tokens\n\n`,
);
process.stdout.write('| | texts/s | of the service | p50 ms | p99 ms |\n|---|---:|---:|---:|---:|\n');
for (const [label, rounds] of Object.entries(results)) {
  const latencies = rounds.flatMap((round) => round.latencies);
  const share = results.service === undefined ? Number.NaN : ratio(results, label, 'service');
  const cells = [median(rates(rounds)), share, quantile(latencies, 0.5), quantile(latencies, 0.99)];
  process.stdout.write(`| ${label} | ${cells.map((cell) => cell.toFixed(2)).join(' | ')} |\n`);
}
process.exit(0);
