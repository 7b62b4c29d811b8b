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
    gpu: { type: 'boolean', default: false },
    without: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(`usage: node packages/trainer/bench/step.js [--python PATH] [--steps N] [--threads N] [--models small,base] [--dropout 0.1,0] [--optimizer adamw|none] [--tfjs] [--openvino fp32|bf16] [--gpu] [--without SIDE,...]

Medians of interleaved steps of 16 x 128 tokens. Without torch and transformers in that Python our own times alone are printed; with --tfjs
the engine on TensorFlow.js is timed beside the one on onnxruntime, with --openvino that on OpenVINO in this precision (bf16 beside PyTorch under autocast). With --gpu
both sides compute on the GPU alone: ours by WebGPU, PyTorch by CUDA, in fp32 and under bf16 autocast. --without leaves out some of the
table's sides, as "ours" or "PyTorch bf16".`);
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

/** Name -> the command that starts it, and whether it is a rival's. */
function contestants(args) {
  const ours = (...more) => ({ command: [process.execPath, here('ours.js'), ...args, ...more] });
  const rival = (...more) => ({ command: [values.python, here('rival/step.py'), ...args, ...more], isRival: true });
  const bf16 = values.openvino === 'bf16';
  const all = values.gpu
    ? {
        WebGPU: ours('--device', 'webgpu'),
        ...(hasRival && {
          'PyTorch CUDA': rival('--device', 'cuda'),
          'PyTorch CUDA bf16': rival('--device', 'cuda', '--autocast', 'bf16'),
        }),
      }
    : {
        ours: ours(),
        ...(values.tfjs && { 'TensorFlow.js': ours('--engine', 'tfjs') }),
        ...(values.openvino && { OpenVINO: ours('--device', 'openvino', '--precision', values.openvino) }),
        ...(hasRival && { PyTorch: rival() }),
        ...(hasRival && bf16 && { 'PyTorch bf16': rival('--autocast', 'bf16') }),
      };
  const without = values.without === '' ? [] : values.without.split(',');
  const unknown = without.find((name) => !(name in all));
  if (unknown !== undefined)
    throw new Error(`--without: there is no side "${unknown}" of ${Object.keys(all).join(', ')}`);
  return Object.fromEntries(Object.entries(all).filter(([name]) => !without.includes(name)));
}

async function measure(shape, dropout) {
  const options = { ...shape.options, dropout, threads: values.threads, optimizer: values.optimizer };
  const all = contestants(Object.entries(options).flatMap(([key, value]) => [`--${key}`, String(value)]));
  const sides = {};
  for (const [name, { command }] of Object.entries(all)) sides[name] = await start(command[0], command.slice(1));
  const times = await interleaved(sides);
  const row = { model: shape.name, dropout };
  for (const [name, { isRival }] of Object.entries(all)) {
    row[`${name} ms`] = median(times[name]).toFixed(values.gpu ? 1 : 0);
    for (const rival of isRival ? [] : Object.keys(all).filter((other) => all[other].isRival)) {
      row[`${name} / ${rival}`] = (median(times[name]) / median(times[rival])).toFixed(2);
    }
  }
  for (const [name, side] of Object.entries(sides)) {
    const { peakMemoryMiB } = await side.quit();
    if (!values.gpu) row[`${name} MiB`] = peakMemoryMiB.toFixed(0);
  }
  return { row, versions: Object.values(sides).map(({ ready }) => ready) };
}

/** Times of the steps of each side, which take turns. */
async function interleaved(sides) {
  const times = Object.fromEntries(Object.keys(sides).map((side) => [side, []]));
  for (let i = 0; i < Number(values.steps); i++) {
    for (const [side, process] of Object.entries(sides)) {
      times[side].push((await process.step()).ms);
      // Threads that spin after a step would slow the other side's.
      await pause();
    }
  }
  return times;
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
