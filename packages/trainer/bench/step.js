// Times one training step: ours and, where Python has torch and transformers, PyTorch's, in turn, each in a process of its own.
import { spawn, spawnSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    python: { type: 'string', default: process.env.RETORT_PYTHON ?? 'python3' },
    steps: { type: 'string', default: '15' },
    threads: { type: 'string', default: String(availableParallelism()) },
    models: { type: 'string', default: 'small,base' },
    dropout: { type: 'string', default: '0.1,0' },
    optimizer: { type: 'string', default: 'adamw' },
    tfjs: { type: 'boolean', default: false },
    openvino: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(`usage: node packages/trainer/bench/step.js [--python PATH] [--steps N] [--threads N] [--models small,base] [--dropout 0.1,0] [--optimizer adamw|none] [--tfjs] [--openvino fp32|bf16]

Medians of interleaved steps of 16 x 128 tokens. Without torch and transformers in that Python our own times alone are printed; with --tfjs
the engine on TensorFlow.js is timed beside the one on onnxruntime, with --openvino that on OpenVINO in this precision (bf16 beside PyTorch under autocast).`);
  process.exit(0);
}

const shapes = {
  small: { name: '6 layers, hidden 384', options: { layers: 6, hidden: 384, heads: 12, intermediate: 1536 } },
  base: { name: 'BERT-base (12, 768)', options: { layers: 12, hidden: 768, heads: 12, intermediate: 3072 } },
};
const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const hasRival = spawnSync(values.python, ['-c', 'import torch, transformers']).status === 0;

/** A process that takes a step when asked. */
async function start(command, args) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const read = async () => JSON.parse((await lines.next()).value);
  const ask = (line) => {
    child.stdin.write(`${line}\n`);
    return read();
  };
  return { ready: await read(), step: () => ask('step'), quit: () => ask('quit') };
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 300));
const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

async function measure(shape, dropout) {
  const options = { ...shape.options, dropout, threads: values.threads, optimizer: values.optimizer };
  const args = Object.entries(options).flatMap(([key, value]) => [`--${key}`, String(value)]);
  const sides = { ours: await start(process.execPath, [here('ours.js'), ...args]) };
  if (values.tfjs) sides.tfjs = await start(process.execPath, [here('ours.js'), ...args, '--engine', 'tfjs']);
  if (values.openvino) {
    const how = ['--device', 'openvino', '--precision', values.openvino];
    sides.openvino = await start(process.execPath, [here('ours.js'), ...args, ...how]);
  }
  if (hasRival) sides.pytorch = await start(values.python, [here('rival/step.py'), ...args]);
  if (hasRival && values.openvino === 'bf16') {
    sides.autocast = await start(values.python, [here('rival/step.py'), ...args, '--autocast', 'bf16']);
  }
  const times = Object.fromEntries(Object.keys(sides).map((side) => [side, []]));
  for (let i = 0; i < Number(values.steps); i++) {
    for (const [side, process] of Object.entries(sides)) {
      times[side].push((await process.step()).ms);
      // Threads that spin after a step would slow the other side's.
      await pause();
    }
  }
  const row = { model: shape.name, dropout, 'ours ms': median(times.ours).toFixed(0) };
  if (values.tfjs) row['TensorFlow.js ms'] = median(times.tfjs).toFixed(0);
  if (values.openvino) {
    row['OpenVINO ms'] = median(times.openvino).toFixed(0);
    row['OpenVINO / ours'] = (median(times.openvino) / median(times.ours)).toFixed(2);
    row['OpenVINO MiB'] = (await sides.openvino.quit()).peakMemoryMiB.toFixed(0);
    if (hasRival) row['OpenVINO / PyTorch'] = (median(times.openvino) / median(times.pytorch)).toFixed(2);
  }
  if (sides.autocast) {
    row['PyTorch bf16 ms'] = median(times.autocast).toFixed(0);
    row['OpenVINO / PyTorch bf16'] = (median(times.openvino) / median(times.autocast)).toFixed(2);
    await sides.autocast.quit();
  }
  const memory = { ours: (await sides.ours.quit()).peakMemoryMiB };
  if (values.tfjs) row['TensorFlow.js MiB'] = (await sides.tfjs.quit()).peakMemoryMiB.toFixed(0);
  if (hasRival) {
    memory.pytorch = (await sides.pytorch.quit()).peakMemoryMiB;
    row['PyTorch ms'] = median(times.pytorch).toFixed(0);
    row['ours / PyTorch'] = (median(times.ours) / median(times.pytorch)).toFixed(2);
  }
  row['ours MiB'] = memory.ours.toFixed(0);
  if (hasRival) row['PyTorch MiB'] = memory.pytorch.toFixed(0);
  return { row, versions: Object.values(sides).map(({ ready }) => ready) };
}

console.log(
  `${cpus()[0].model}, ${values.threads} threads, 16 x 128 tokens, optimizer ${values.optimizer}, medians of ${values.steps} interleaved steps`,
);
if (!hasRival) console.log(`${values.python} has no torch and transformers: our own times alone`);
const rows = [];
for (const model of values.models.split(',')) {
  for (const dropout of values.dropout.split(',')) {
    const { row, versions } = await measure(shapes[model], Number(dropout));
    if (rows.length === 0)
      console.log(
        versions
          .map(({ torch, transformers, engine }) => (torch ? `torch ${torch}, transformers ${transformers}` : engine))
          .join('; '),
      );
    rows.push(row);
  }
}
console.table(rows);
