// Fine-tune plus distil, one epoch each, on real texts of real lengths: our two stages against the straightforward PyTorch loop of
// rival/pipeline.py, each alone in turn, wall and processor time from start to end of the processes. On a busy machine the latter tells more.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Random } from '@retort/shared';

const usage = `RETORT_PYTHON=... nx run trainer:pipeline -- [options]

  --experiment NAME   whose data, weights and losses are taken (minilm)
  --train N           texts to train on (800)
  --validation N      (200)
  --readings LIST     how ours reads long texts, and on which device: policy:maxTokens[:device],.. (head:512,windows:128)
  --sides LIST        ours, pytorch or both (ours,pytorch)
  --seed N            of the split, the batches and the new layers, on both sides (1)
  --work FOLDER       (.retort/pipeline)
`;
const { values } = parseArgs({
  options: {
    ...Object.fromEntries(
      Object.entries({
        experiment: 'minilm',
        train: '800',
        validation: '200',
        readings: 'head:512,windows:128',
        sides: 'ours,pytorch',
        seed: '1',
        work: '.retort/pipeline',
      }).map(([name, value]) => [name, { type: 'string', default: value }]),
    ),
    help: { type: 'boolean', default: false },
  },
});
const python = process.env.RETORT_PYTHON;
if (values.help || python === undefined) {
  process.stdout.write(usage);
  process.exit(values.help ? 0 : 1);
}

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const work = resolve(root, values.work);
const base = JSON.parse(readFileSync(join(root, 'experiments', values.experiment, 'experiment.json'), 'utf8'));
rmSync(work, { recursive: true, force: true });
mkdirSync(work, { recursive: true });
writeFileSync(join(work, 'nx.json'), '{}\n');
for (const folder of ['data', 'models']) {
  if (existsSync(join(root, folder))) symlinkSync(join(root, folder), join(work, folder));
}

const seconds = (started) => (performance.now() - started) / 1000;

/** Seconds of processor that the processes which this one has waited for took, on Linux (proc(5): cutime and cstime, in hundredths). */
function childSeconds() {
  if (!existsSync('/proc/self/stat')) return Number.NaN;
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

function stage(owner, name, experiment, ...options) {
  const script = join(root, `packages/${owner}/dist/cli.js`);
  execFileSync(process.execPath, [script, name, '--experiment', experiment, ...options], {
    cwd: work,
    stdio: 'inherit',
  });
}

function prepareFor(name, longTexts, maxTokens) {
  mkdirSync(join(work, 'experiments', name), { recursive: true });
  const { $schema: _, ...rest } = base;
  const experiment = {
    ...rest,
    seed: Number(values.seed),
    data: {
      ...base.data,
      sources: base.data.sources.filter(({ group }) => group !== undefined),
      split: { validation: 0.2, test: 0.1 },
      maxTexts: { train: Number(values.train), validation: Number(values.validation), test: 10 },
    },
    longTexts,
    maxTokens,
    report: {},
  };
  writeFileSync(join(work, 'experiments', name, 'experiment.json'), JSON.stringify(experiment));
  stage('data-prep', 'prepare', name);
}

function ours(reading) {
  const [longTexts, maxTokens, device = 'cpu'] = reading.split(':');
  const name = `ours-${longTexts}-${maxTokens}-${device}`;
  prepareFor(name, longTexts, Number(maxTokens));
  const accuracy = (folder) =>
    JSON.parse(readFileSync(join(work, 'artifacts', name, folder, 'manifest.json'), 'utf8')).metrics[
      'validation.accuracy'
    ];
  const [started, before] = [performance.now(), childSeconds()];
  stage('trainer', 'finetune', name, '--device', device);
  const finetuneSeconds = seconds(started);
  stage('trainer', 'distill', name, '--device', device);
  const all = seconds(started);
  return {
    name: `ours, ${reading}`,
    seconds: all,
    processor: childSeconds() - before,
    finetuneSeconds,
    distillSeconds: all - finetuneSeconds,
    teacher: accuracy('finetune'),
    student: accuracy('distill'),
  };
}

function rival() {
  prepareFor('rival', 'head', 512);
  const script = join(root, 'packages/trainer/bench/rival/pipeline.py');
  const { hard, soft, temperature } = base.losses;
  const options = {
    weights: join(root, 'models', base.teacher.weights.split('@')[0]),
    dataset: join(work, 'artifacts/rival/prepare/dataset.csv'),
    labels: base.data.labels.join(),
    'learning-rate': base.teacher.training.learningRate,
    'student-layers': base.student.layers,
    hard,
    soft,
    temperature,
    seed: values.seed,
  };
  const [started, before] = [performance.now(), childSeconds()];
  const output = execFileSync(python, [
    script,
    ...Object.entries(options).flatMap(([key, value]) => [`--${key}`, String(value)]),
  ]);
  const times = { seconds: seconds(started), processor: childSeconds() - before };
  return { name: 'PyTorch, padded to 512', ...times, ...JSON.parse(output.toString()) };
}

// Which side comes first is drawn: a machine that slows down slows neither more than the other on the whole.
const sides = values.sides.split(',');
const runs = new Random(Date.now()).shuffle([
  ...(sides.includes('ours') ? values.readings.split(',').map((reading) => () => ours(reading)) : []),
  ...(sides.includes('pytorch') ? [rival] : []),
]);
const results = runs.map((run) => run());
const slow = results.find(({ name }) => name.startsWith('PyTorch'));
console.log(
  '\n| | seconds | of PyTorch | processor seconds | of PyTorch | fine-tune | distil | validation: teacher | student |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|',
);
for (const row of results.sort((a, b) => b.seconds - a.seconds)) {
  const { name, finetuneSeconds, distillSeconds, teacher, student } = row;
  const ofSlow = (key) => (slow === undefined ? '' : (row[key] / slow[key]).toFixed(2));
  console.log(
    `| ${name} | ${row.seconds.toFixed(0)} | ${ofSlow('seconds')} | ${row.processor.toFixed(0)} | ${ofSlow('processor')} | ${finetuneSeconds.toFixed(0)} | ` +
      `${distillSeconds.toFixed(0)} | ${teacher.toFixed(4)} | ${student.toFixed(4)} |`,
  );
}
