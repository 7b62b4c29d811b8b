// Times onnxruntime and OpenVINO on DistilBERT's shape, each in a process of its own, in turn; where Python has the parts, also onnxruntime on the stock int8 export.
import { fork, spawnSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeModel } from '@retort/onnx';
import { calibrate, recipes } from '@retort/quantizer';
import { executorFor, findOpenVino, onnxruntimeCpu } from '@retort/runtime';
import { exportGraph, parseModelConfig, randomParameters } from '../../trainer/dist/index.js';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '31' },
    threads: { type: 'string', default: String(Math.min(2, availableParallelism())) },
    shapes: { type: 'string', default: '1x128,1x512,8x128' },
    contestants: { type: 'string' },
    python: { type: 'string', default: process.env.RETORT_PYTHON ?? 'python3' },
    help: { type: 'boolean', default: false },
  },
});
const ids = (length, seed) => Int32Array.from({ length }, (_, i) => 1000 + (((i + seed) * 7919) % 20_000));

/** Name -> recipe of the file, device, precision, whether the shapes are fixed. */
const all = {
  'onnxruntime fp32': { file: 'fp32', device: 'cpu' },
  'onnxruntime stock int8': { file: 'stock', device: 'cpu' },
  'onnxruntime dynamic-int8': { file: 'dynamic-int8', device: 'cpu' },
  'onnxruntime fixed-int8': { file: 'fixed-int8', device: 'cpu' },
  'onnxruntime static-int8': { file: 'static-int8', device: 'cpu' },
  'OpenVINO fp32': { file: 'fp32', device: 'openvino', precision: 'fp32' },
  'OpenVINO bf16': { file: 'fp32', device: 'openvino', precision: 'bf16' },
  'OpenVINO static-int8': { file: 'static-int8', device: 'openvino', precision: 'fp32' },
  'OpenVINO static-int8 fixed shapes': { file: 'static-int8', device: 'openvino', precision: 'fp32', fixed: true },
  'OpenVINO bf16 fixed shapes': { file: 'fp32', device: 'openvino', precision: 'bf16', fixed: true },
  'OpenVINO fp32 fixed shapes': { file: 'fp32', device: 'openvino', precision: 'fp32', fixed: true },
};

if (values.help) {
  console.log(`usage: node packages/quantizer/bench/runtimes.js [--runs N] [--threads N] [--shapes 1x128,1x512,8x128] [--contestants NAME,...] [--python PATH]

Medians and least times in ms of DistilBERT's shape, random weights. OpenVINO must be installed (docs/openvino.md). With torch, transformers, onnx and
onnxruntime in that Python, "onnxruntime stock int8" is what its quantize_dynamic makes of the stock export.

Contestants: ${Object.keys(all).join(', ')}`);
  process.exit(0);
}

if (process.send) await contend();
else await referee();

/** A process that runs its model when asked. */
async function contend() {
  const ask = () => new Promise((resolve) => process.once('message', resolve));
  const { path, device, precision, fixed, threads } = await ask();
  let session;
  try {
    const executor = executorFor(device, precision);
    session = await executor.open(path, { threads, shapes: fixed ? 'fixed' : 'any', exactProducts: false });
    process.send({ ready: `${executor.name} ${executor.version}` });
  } catch (error) {
    process.send({ refused: error.message });
    process.exit();
  }
  for (;;) {
    const [size, length] = await ask();
    const shape = [size, length];
    const data = Array.from({ length: size }, (_, row) => [...ids(length, row)]).flat();
    const inputs = {
      input_ids: { type: 'int64', shape, data: BigInt64Array.from(data, BigInt) },
      attention_mask: { type: 'int64', shape, data: new BigInt64Array(data.length).fill(1n) },
    };
    const start = performance.now();
    const { logits } = await session.run(inputs);
    process.send({ ms: performance.now() - start, logits: [...logits.data.subarray(0, 2)] });
  }
}

/** Writes `stock.onnx`; false where Python lacks the parts. */
function writeStock(folder) {
  const script = fileURLToPath(new URL('rival/stock.py', import.meta.url));
  const { status } = spawnSync(values.python, [script, folder], { stdio: 'ignore' });
  if (status === 0) renameSync(join(folder, 'distilbert/model_int8.onnx'), join(folder, 'stock.onnx'));
  else console.log(`${values.python} cannot make the stock export: without it`);
  return status === 0;
}

async function referee() {
  if (findOpenVino() === undefined) console.log('OpenVINO is not installed: onnxruntime alone');
  const folder = mkdtempSync(join(tmpdir(), 'retort-runtimes-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const threads = Number(values.threads);
  const config = parseModelConfig('{"model_type": "distilbert"}', 'config.json');
  const fp32 = exportGraph(config, randomParameters(config, 1));
  const ranges = await calibrate(fp32, [ids(20, 0), ids(60, 0), ids(128, 0)], onnxruntimeCpu, { threads });
  const options = { embeddings: 'int8', keep: new Set(), reduceRange: true, ranges };
  const asked = Object.entries(all).filter(([name]) => values.contestants?.split(',').includes(name) ?? true);
  const stock = asked.some(([, { file }]) => file === 'stock') && writeStock(folder);
  const wanted = asked.filter(([, { file }]) => file !== 'stock' || stock);
  for (const file of new Set(wanted.map(([, { file }]) => file))) {
    if (file === 'stock') continue;
    writeFileSync(
      join(folder, `${file}.onnx`),
      writeModel(file === 'fp32' ? fp32 : recipes[file].quantize(fp32, options)),
    );
  }
  const sides = [];
  for (const [name, { file, ...how }] of wanted) {
    const child = fork(fileURLToPath(import.meta.url), [], { env: process.env });
    let ended;
    child.once('exit', (code, signal) => {
      ended = new Error(`"${name}" has ended with ${signal ?? `exit code ${code}`}`);
    });
    const ask = (question) =>
      new Promise((resolve, reject) => {
        if (ended !== undefined) throw ended;
        const refuse = () => reject(ended);
        child.once('exit', refuse);
        child.once('message', (message) => {
          child.off('exit', refuse);
          resolve(message);
        });
        child.send(question, () => undefined); // What cannot be sent any more is told by its exit.
      });
    const { ready, refused } = await ask({ path: join(folder, `${file}.onnx`), threads, ...how });
    console.log(`${name}: ${ready ?? refused}`);
    if (ready !== undefined) sides.push({ name, child, ask, times: new Map(), logits: undefined });
  }
  const shapes = values.shapes.split(',').map((text) => text.split('x').map(Number));
  for (let run = -3; run < Number(values.runs); run++) {
    for (const shape of shapes) {
      for (const side of sides.filter(({ died }) => died === undefined)) {
        try {
          const { ms, logits } = await side.ask(shape);
          side.logits ??= logits;
          if (run >= 0) side.times.set(`${shape}`, [...(side.times.get(`${shape}`) ?? []), ms]);
        } catch (error) {
          side.died = error.message;
        }
      }
    }
  }
  for (const { child } of sides) child.kill();
  console.log(`${cpus()[0].model}, ${threads} threads, ${values.runs} runs in turn`);
  const row = ({ name, times, logits, died }) => {
    if (died !== undefined) return { model: name, died };
    const cells = shapes.map((shape) => {
      const sorted = times.get(`${shape}`).toSorted((a, b) => a - b);
      return [`${shape.join(' x ')} ms`, `${sorted[sorted.length >> 1].toFixed(1)} (${sorted[0].toFixed(1)})`];
    });
    return { model: name, ...Object.fromEntries(cells), logits: logits.map((value) => value.toFixed(3)).join(' ') };
  };
  console.table(sides.map(row));
}
