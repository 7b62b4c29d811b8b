// Quantizes a model by each recipe, and runs the results whenever another process asks. One JSON object a line, both ways.
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { writeModel } from '@retort/onnx';
import { calibrate, recipes } from '@retort/quantizer';
import { onnxruntimeCpu } from '@retort/runtime';
import { exportGraph, parseModelConfig, randomParameters, readModelFolder } from '../../trainer/dist/index.js';
import { variants as known } from './recipes/variants.js';

const [folder, threads, hasWeights] = process.argv.slice(2);
const ids = (length) => Int32Array.from({ length }, (_, i) => 1000 + ((i * 7919) % 20_000));

function model() {
  if (hasWeights === 'true') return readModelFolder(folder);
  const config = parseModelConfig('{"model_type": "distilbert"}', 'config.json');
  return { config, parameters: randomParameters(config, 1) };
}

const { config, parameters } = model();
const fp32 = exportGraph(config, parameters);
const ranges = await calibrate(fp32, [20, 60, 128].map(ids), onnxruntimeCpu, { threads: Number(threads) });
const variants = [
  ...known,
  {
    name: 'dynamic-int8, operators onnx',
    recipe: 'dynamic-int8',
    options: { embeddings: 'int8', reduceRange: false, operators: 'onnx' },
  },
];
const files = variants.map(({ name, recipe, options }, i) => {
  const file = `${folder}/ours-${i}.onnx`;
  writeFileSync(file, writeModel(recipes[recipe].quantize(fp32, { keep: new Set(), ranges, ...options })));
  // As the report and the server open them: weights of 7 bits need no exact products.
  return { name, file, exactProducts: !options.reduceRange };
});
const plain = `${folder}/ours-fp32.onnx`;
writeFileSync(plain, writeModel(fp32));
files.push({ name: 'fp32', file: plain });

const sessions = [];
for (const { file, exactProducts } of files)
  sessions.push(await onnxruntimeCpu.open(file, { threads: Number(threads), exactProducts }));
const models = files.map(({ name, file }) => ({ name, bytes: readFileSync(file).length }));
const print = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
print({ ready: `onnxruntime ${onnxruntimeCpu.version} (Node)`, models });

for await (const line of createInterface({ input: process.stdin })) {
  const { model: index, length } = JSON.parse(line);
  const row = (data) => ({ type: 'int64', shape: [1, length], data });
  const feeds = {
    input_ids: row(BigInt64Array.from(ids(length), BigInt)),
    attention_mask: row(new BigInt64Array(length).fill(1n)),
  };
  const start = performance.now();
  await sessions[index].run(feeds);
  print({ ms: performance.now() - start });
}
