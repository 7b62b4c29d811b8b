// One training step of our engine at the call of another process, in the line protocol of rival/step.py.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { Random } from '@retort/shared';
import { chooseEngine, collate, countParameters, randomParameters } from '../dist/index.js';

const { values } = parseArgs({
  options: Object.fromEntries(
    Object.entries({
      layers: '6',
      hidden: '384',
      heads: '12',
      intermediate: '1536',
      batch: '16',
      length: '128',
      dropout: '0.1',
      threads: '2',
      optimizer: 'none',
      warmup: '3',
      engine: 'onnxruntime',
      device: 'cpu',
      precision: 'auto',
    }).map(([name, value]) => [name, { type: 'string', default: value }]),
  ),
});
const number = (name) => Number(values[name]);
const config = {
  architecture: 'bert',
  vocabularySize: 30522,
  layers: number('layers'),
  hidden: number('hidden'),
  heads: number('heads'),
  intermediate: number('intermediate'),
  maxPositions: 512,
  tokenTypes: 2,
  epsilon: 1e-12,
  labels: ['a', 'b'],
};
const [size, length] = [number('batch'), number('length')];
const parameters = randomParameters(config, 1);
const progress = { line: (text) => console.error(text), update() {}, done() {} };
const chosen = chooseEngine(values.engine, progress, undefined, values.device, values.precision);
const settings = { weightDecay: 0.01, clipNorm: 1 };
const options = {
  config,
  parameters,
  losses: { hard: 1, soft: 0, temperature: 1 },
  dropout: number('dropout'),
  seed: 1,
  batchSize: size,
  maxTokens: length,
  threads: number('threads'),
};
const random = new Random(1);
const texts = Array.from({ length: size }, () => Int32Array.from({ length }, () => 5 + random.integer(30_517)));
const labels = Float32Array.from({ length: 2 * size }, (_, i) => (i % 2 === (i >> 1) % 2 ? 1 : 0));
const targets = { labels, teacher: new Map() };
const collated = () => collate(texts, [...texts.keys()], 0);
let count = 0;
const step = values.optimizer === 'adamw' ? await wholeStep() : await gradientsAlone();

async function wholeStep() {
  const learner = await chosen.createLearner(options, settings);
  await learner.startEpoch(1);
  return async () => {
    const start = performance.now();
    const { loss } = await learner.step([{ batch: collated(), targets, share: 1, masks: count++ }], 1e-5);
    return { ms: performance.now() - start, loss };
  };
}

async function gradientsAlone() {
  const engine = await chosen.createEngine(options);
  engine.startEpoch(1);
  return async () => {
    const start = performance.now();
    const { loss } = await engine.gradients(collated(), targets, count++);
    return { ms: performance.now() - start, loss };
  };
}

const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
for (let i = 0; i < number('warmup'); i++) await step();
say({
  ready: true,
  engine: chosen.description,
  threads: number('threads'),
  parameters: countParameters(config),
});
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'step') say(await step());
  if (line === 'quit') break;
}
say({ peakMemoryMiB: Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024 });
process.exit(0);
