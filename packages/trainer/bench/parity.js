// Trains a small model for 100 steps on each engine, without dropout, and compares losses and weights. Its batches are random.
import { parseArgs } from 'node:util';
import { Random } from '@retort/shared';
import { chooseEngine, collate, linearSchedule, ModelOptimizer, randomParameters } from '../dist/index.js';

const { values } = parseArgs({ options: { steps: { type: 'string', default: '100' } } });
const steps = Number(values.steps);
const config = {
  architecture: 'bert',
  vocabularySize: 1000,
  layers: 2,
  hidden: 64,
  heads: 4,
  intermediate: 256,
  maxPositions: 64,
  tokenTypes: 2,
  epsilon: 1e-12,
  labels: ['a', 'b'],
};
const batchSize = 16;

/** Texts of random tokens; where the label is 1, one in eight of them is token 7. */
function randomBatch(step) {
  const random = new Random(1, 'texts', step);
  const high = Array.from({ length: batchSize }, () => random.integer(2) === 1);
  const texts = high.map((is) =>
    Int32Array.from({ length: 24 + random.integer(24) }, () =>
      is && random.integer(8) === 0 ? 7 : 10 + random.integer(990),
    ),
  );
  const labels = Float32Array.from(high.flatMap((is) => (is ? [0, 1] : [1, 0])));
  return { batch: collate(texts, [...texts.keys()], 0), labels };
}

async function train(name) {
  const chosen = chooseEngine(name, { line: (text) => console.log(text), update() {}, done() {} });
  console.log(`${steps} steps on ${chosen.description}`);
  const parameters = randomParameters(config, 1);
  const losses = { hard: 1, soft: 0, temperature: 1 };
  const engine = await chosen.createEngine({
    config,
    parameters,
    losses,
    dropout: 0,
    seed: 1,
    batchSize,
    maxTokens: 48,
  });
  const optimizer = new ModelOptimizer(config, parameters, { weightDecay: 0.01, clipNorm: 1 });
  const curve = [];
  const started = performance.now();
  for (let step = 0; step < steps; step++) {
    const { batch, labels } = randomBatch(step);
    optimizer.prepare(Array.from(batch.uniqueIds, Number));
    const gradients = await engine.gradients(batch, { labels, teacher: new Map() }, step);
    await optimizer.step(gradients, 1e-3 * linearSchedule(step, steps, steps / 10));
    curve.push(gradients.loss);
  }
  optimizer.settle();
  await engine.close();
  console.log(
    `  ${((performance.now() - started) / steps).toFixed(1)} ms a step, loss ${curve[0].toFixed(4)} to ${curve.at(-1).toFixed(4)}`,
  );
  return { parameters, curve };
}

const [ours, tfjs] = [await train('onnxruntime'), await train('tfjs')];
const worstLoss = Math.max(...ours.curve.map((loss, i) => Math.abs(tfjs.curve[i] - loss) / loss));
const all = ({ parameters }) => [...parameters.values()].flatMap(({ data }) => [...data]);
const [start, a, b] = [{ parameters: randomParameters(config, 1) }, ours, tfjs].map(all);
const distance = (x, y) => Math.sqrt(x.reduce((sum, value, i) => sum + (value - y[i]) ** 2, 0));
const apart = distance(a, b);
console.log(`largest difference of a loss: ${(100 * worstLoss).toPrecision(2)} %`);
console.log(
  `the weights end ${((100 * apart) / distance(a, start)).toPrecision(2)} % of their way from each other, ` +
    `${((100 * apart) / distance(a, new Float32Array(a.length))).toPrecision(2)} % of their norm`,
);
process.exitCode = worstLoss < 0.005 ? 0 : 1;
