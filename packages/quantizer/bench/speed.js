// Times our recipes on DistilBERT's shape and, where Python has the parts, onnxruntime's own quantize_dynamic of the stock export, in turn.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    python: { type: 'string', default: process.env.RETORT_PYTHON ?? 'python3' },
    runs: { type: 'string', default: '31' },
    threads: { type: 'string', default: String(Math.min(2, availableParallelism())) },
    lengths: { type: 'string', default: '128,512' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(`usage: node packages/quantizer/bench/speed.js [--python PATH] [--runs N] [--threads N] [--lengths 128,512]

Medians of interleaved runs of one text. Without torch, transformers and onnxruntime in that Python our own times alone are printed.`);
  process.exit(0);
}

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const hasRival = spawnSync(values.python, ['-c', 'import torch, transformers, onnx, onnxruntime']).status === 0;
const lengths = values.lengths.split(',').map(Number);
const folder = mkdtempSync(join(tmpdir(), 'retort-speed-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** A process that runs a model when asked. */
async function start(command, args) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const read = async () => JSON.parse((await lines.next()).value);
  const { ready, models } = await read();
  return {
    ready,
    models,
    async run(model, length) {
      child.stdin.write(`${JSON.stringify({ model, length })}\n`);
      return (await read()).ms;
    },
    quit: () => child.stdin.end(),
  };
}

console.log(`${cpus()[0].model}, ${values.threads} threads, one text, medians of ${values.runs} interleaved runs`);
const stock = join(folder, 'distilbert');
if (hasRival) {
  const made = spawnSync(values.python, [here('rival/stock.py'), folder], { stdio: ['ignore', 'ignore', 'pipe'] });
  if (made.status !== 0) throw new Error(`rival/stock.py failed: ${made.stderr}`);
} else {
  mkdirSync(stock);
  console.log(`${values.python} has no torch, transformers and onnxruntime: our own times alone`);
}
const ours = await start(process.execPath, [here('ours.js'), stock, values.threads, String(hasRival)]);
const rows = ours.models.map(({ name, bytes }, index) => ({ name: `ours, ${name}`, bytes, side: ours, index }));
const sides = [ours];
if (hasRival) {
  const files = [join(stock, 'model_int8.onnx'), join(stock, 'model.onnx'), join(folder, 'bert/model.onnx')];
  const rival = await start(values.python, [here('rival/run.py'), values.threads, ...files]);
  const names = ['stock export, quantize_dynamic', 'stock export, fp32', 'stock export of BERT-base, fp32'];
  rows.unshift(...names.map((name, i) => ({ name, bytes: statSync(files[i]).size, side: rival, index: i })));
  sides.push(rival);
}
console.log(sides.map(({ ready }) => ready).join('; '));

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
const times = rows.map(() => lengths.map(() => []));
for (let run = -2; run < Number(values.runs); run++) {
  for (const [l, length] of lengths.entries()) {
    for (const [r, { side, index }] of rows.entries()) {
      const ms = await side.run(index, length);
      if (run >= 0) times[r][l].push(ms);
    }
  }
}
for (const side of sides) side.quit();

const baseline = hasRival ? times[0].map(median) : undefined;
const bert = hasRival ? times[2].map(median) : undefined;
console.table(
  rows.map(({ name, bytes }, r) => {
    const row = { model: name, MB: (bytes / 1e6).toFixed(1) };
    lengths.forEach((length, l) => {
      const ms = median(times[r][l]);
      row[`1 x ${length} ms`] = ms.toFixed(1);
      if (baseline !== undefined) {
        row[`/ quantize_dynamic ${length}`] = (ms / baseline[l]).toFixed(2);
        row[`BERT-base / it ${length}`] = (bert[l] / ms).toFixed(1);
      }
    });
    return row;
  }),
);
