// Texts a second: the service against bare workers, with and without company of short texts, and against transformers.js on the stock int8 export of the same weights.
import { spawnSync } from 'node:child_process';
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
  --only LIST    of these, with commas between (bare,service,http,rival):
                 bare: threads with a session each; compiled: bare, of what the server makes of the file
                 exact: bare, weights of 8 bits and exact sums; stock: bare, of the rival's stock export
                 service; threads: its workers as threads; alone: no short texts in company; http: the server
                 openvino: the service by OpenVINO, from the fp32 file (RETORT_PRECISION); openvino-int8: from that of static-int8
                 rival: transformers.js
  --work FOLDER  (.retort/bench-server)

RETORT_TRANSFORMERS_JS: a folder with @huggingface/transformers in its node_modules. RETORT_PYTHON: a Python with torch, transformers, onnx and
onnxruntime, which makes the stock export. Without the first, the rival is left out; stock needs the second.
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
const [model, stock, alone, exact, static8] = ['distilbert', 'stock', 'alone', 'exact', 'static-int8'].map((name) =>
  join(work, name),
);
const only = values.only.split(',');
await writeBenchModel(model);
if (only.includes('alone')) await writeBenchModel(alone, { batch: 'alone' });
if (only.includes('openvino-int8')) await writeBenchModel(static8, { recipe: 'static-int8' });
if (only.includes('exact')) await writeBenchModel(exact, { reduceRange: false });
const rival = only.includes('rival') && process.env.RETORT_TRANSFORMERS_JS !== undefined;
if ((rival || only.includes('stock')) && !existsSync(join(stock, 'onnx/model_quantized.onnx'))) {
  const script = join(root, 'packages/server/bench/rival/export.py');
  const python = process.env.RETORT_PYTHON ?? 'python3';
  if (spawnSync(python, [script, model, stock], { stdio: ['ignore', 'ignore', 'inherit'] }).status !== 0) {
    process.stderr.write(
      `${python} cannot make the stock export: RETORT_PYTHON names a Python with torch, transformers, onnx and onnxruntime\n`,
    );
    process.exit(1);
  }
}

const median_ = Number(values.median);
const made = someTexts(2000, { median: median_, spread: Number(values.spread) });
const texts = made.map(({ text }) => text);
const common = { model, texts, workers: availableParallelism(), clients: Number(values.clients) };
const ours = {
  bare: ['bare workers', { name: 'bare' }],
  compiled: ['bare workers, compiled', { name: 'bare', compiled: true }],
  exact: ['bare workers, 8 bits, exact sums', { name: 'bare', model: exact, file: 'onnx/model_quantized.onnx' }],
  stock: ['bare workers, stock int8', { name: 'bare', model: stock, file: 'onnx/model_quantized.onnx' }],
  service: ['service', { name: 'service' }],
  threads: ['service, threads', { name: 'service', kind: 'thread' }],
  http: ['server, HTTP', { name: 'http' }],
  alone: ['service, a text a run', { name: 'service', model: alone }],
  openvino: ['service, OpenVINO', { name: 'service', device: 'openvino', file: 'onnx/model.onnx' }],
  'openvino-int8': ['service, OpenVINO, static-int8', { name: 'service', device: 'openvino', model: static8 }],
};
const contestants = {
  ...Object.fromEntries(
    Object.entries(ours)
      .filter(([key]) => only.includes(key))
      .map(([, [label, options]]) => [label, { ...common, ...options }]),
  ),
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
const [first] = Object.keys(results);
const sizes = Object.keys(results).filter((label) => label.startsWith('transformers.js'));
/** Of the rival's, that with the greatest median. */
const best = sizes.toSorted((a, b) => median(rates(results[b])) - median(rates(results[a])))[0];
const others = [...new Set([first, best ?? first])];
process.stdout.write(`| | texts/s | ${others.map((other) => `/ ${other} | `).join('')}p50 ms | p99 ms |\n`);
process.stdout.write(`|---|---:|${'---:|'.repeat(others.length)}---:|---:|\n`);
for (const [label, rounds] of Object.entries(results)) {
  const latencies = rounds.flatMap((round) => round.latencies);
  const cells = [
    median(rates(rounds)),
    ...others.map((other) => ratio(results, label, other)),
    quantile(latencies, 0.5),
    quantile(latencies, 0.99),
  ];
  process.stdout.write(`| ${label} | ${cells.map((cell) => cell.toFixed(2)).join(' | ')} |\n`);
}
process.exit(0);
