// Trains an experiment's teacher and student on folds of the groups of its data and on several seeds, and compares them on the
// groups left out with each other and with TF-IDF + logistic regression (scikit-learn, if RETORT_PYTHON names a Python that has it).
// With --variants, the student is trained in several ways beside the experiment's own: the ablation of docs/distillation.md.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { mcnemar, readSplit } from '@retort/shared';
import { evaluateFolder, scores } from './folds/evaluate.js';
import { foldsOfGroups, groupSizes } from './folds/groups.js';
import { printTables } from './folds/tables.js';

const usage = `nx run trainer:folds -- [options]

  --experiment NAME   whose teacher, student and losses are trained (minilm); its first data source with a group column is used
  --folds N           parts of the groups, each left out once (3)
  --only N,..         only these folds, from 1
  --seeds N,..        (1,2,3)
  --train N           texts to train on, at most (5000)
  --validation N      (400)
  --test N            texts of the groups left out (1000)
  --variants FILE     JSON: name -> changes to "losses" and "student" of the experiment
  --work FOLDER       where models and results lie; what is there is not computed again (.retort/folds)
  --print             only the tables of what is there
`;
const { values } = parseArgs({
  options: {
    ...Object.fromEntries(
      Object.entries({
        experiment: 'minilm',
        folds: '3',
        only: '',
        seeds: '1,2,3',
        train: '5000',
        validation: '400',
        test: '1000',
        variants: '',
        work: '.retort/folds',
      }).map(([name, value]) => [name, { type: 'string', default: value }]),
    ),
    print: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(usage);
  process.exit(0);
}

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const work = resolve(root, values.work);
const numbers = (text) => text.split(',').filter(Boolean).map(Number);
const base = JSON.parse(readFileSync(join(root, 'experiments', values.experiment, 'experiment.json'), 'utf8'));
const source = base.data.sources.find(({ group }) => group !== undefined);
const variants = values.variants === '' ? { default: {} } : JSON.parse(readFileSync(values.variants, 'utf8'));
const maxTexts = { train: Number(values.train), validation: Number(values.validation), test: Number(values.test) };

mkdirSync(join(work, 'experiments'), { recursive: true });
mkdirSync(join(work, 'results'), { recursive: true });
writeFileSync(join(work, 'nx.json'), '{}\n');
for (const folder of ['data', 'models']) {
  if (existsSync(join(root, folder)) && !existsSync(join(work, folder)))
    symlinkSync(join(root, folder), join(work, folder));
}

/** One stage of a fold with one seed, in a process of its own as a user runs it. */
function runStage(owner, stage, name) {
  console.log(`${name}: ${stage}`);
  execFileSync(process.execPath, [join(root, `packages/${owner}/dist/cli.js`), stage, '--experiment', name], {
    cwd: work,
    stdio: 'inherit',
  });
}

function writeExperiment(name, seed, testGroups, { losses = {}, student = {} } = {}) {
  const experiment = {
    ...base,
    $schema: undefined,
    seed,
    data: {
      ...base.data,
      sources: [source],
      split: { validation: 0.1, testGroups, seed: 1 },
      ...(testGroups && { maxTexts }),
    },
    student: { ...base.student, ...student },
    losses: { ...base.losses, ...losses },
  };
  mkdirSync(join(work, 'experiments', name), { recursive: true });
  writeFileSync(join(work, 'experiments', name, 'experiment.json'), JSON.stringify(experiment, null, 2));
  return experiment;
}

/** Computes a result once; later it is read. */
async function once(name, compute) {
  const path = join(work, 'results', `${name}.json`);
  if (!existsSync(path)) {
    if (values.print) return undefined;
    const result = await compute();
    writeFileSync(`${path}.new`, JSON.stringify(result));
    renameSync(`${path}.new`, path);
  }
  return JSON.parse(readFileSync(path, 'utf8'));
}

async function tfidf(dataset, kind) {
  const python = process.env.RETORT_PYTHON;
  if (python === undefined) throw new Error('set RETORT_PYTHON to a Python that has scikit-learn');
  const script = join(root, 'packages/trainer/bench/folds/tfidf.py');
  const output = execFileSync(python, [script, join(dataset, 'dataset.csv'), kind], { maxBuffer: 2 ** 28 });
  const { ids, labels, probabilities } = JSON.parse(output.toString());
  const split = await readSplit(dataset, 'test');
  const rowOf = new Map(ids.map((id, row) => [id, row]));
  const logits = Float32Array.from(
    [...split.ids].flatMap((id) =>
      split.labelNames.map((l) => Math.log(probabilities[rowOf.get(id)][labels.indexOf(l)])),
    ),
  );
  return scores(logits, split.labels, split.labelNames.length);
}

/** TF-IDF as scikit-learn has it, and tuned. */
const rivalKinds = ['plain', 'tuned'];

writeExperiment('all', 1, undefined);
if (!existsSync(join(work, 'artifacts/all/prepare'))) runStage('data-prep', 'prepare', 'all');
const folds = foldsOfGroups(await groupSizes(join(work, 'artifacts/all/prepare')), Number(values.folds));
const wanted = values.only === '' ? folds.map((_, i) => i + 1) : numbers(values.only);
const results = [];
for (const seed of numbers(values.seeds)) {
  for (const fold of wanted) {
    const name = `fold-${fold}-seed-${seed}`;
    const groups = folds[fold - 1];
    const experiment = writeExperiment(name, seed, groups);
    const artifact = (stage) => join(work, 'artifacts', name, stage);
    const evaluateStage = async (stage) => {
      const { logits: _, ...rest } = await evaluateFolder(artifact(stage), artifact('prepare'), experiment.maxTokens);
      const { metrics } = JSON.parse(readFileSync(join(artifact(stage), 'manifest.json'), 'utf8'));
      return { ...rest, metrics };
    };
    const rivals = {};
    for (const kind of rivalKinds) {
      rivals[kind] = await once(`tfidf-${kind}-${name}`, () => {
        if (!existsSync(artifact('prepare'))) runStage('data-prep', 'prepare', name);
        return tfidf(artifact('prepare'), kind);
      });
    }
    const teacher = await once(`teacher-${name}`, async () => {
      if (!existsSync(artifact('finetune'))) runStage('trainer', 'finetune', name);
      return evaluateStage('finetune');
    });
    for (const [variant, changes] of Object.entries(variants)) {
      const student = await once(`student-${variant}-${name}`, async () => {
        writeExperiment(name, seed, groups, changes);
        console.log(`${name}: student "${variant}"`);
        runStage('trainer', 'distill', name);
        return evaluateStage('distill');
      });
      if (Object.values(rivals).includes(undefined) || teacher === undefined || student === undefined) continue;
      results.push({ fold, seed, variant, ...rivals, teacher, student });
      const show = ({ accuracy, auroc }) => `${accuracy.toFixed(4)} (${auroc.toFixed(4)})`;
      console.log(
        `${name} "${variant}": TF-IDF ${show(rivals.plain)}, tuned ${show(rivals.tuned)}, teacher ${show(teacher)}, student ${show(student)}; ` +
          `teacher against tuned TF-IDF p = ${mcnemar(teacher.correct, rivals.tuned.correct).p.toPrecision(2)}`,
      );
    }
  }
}
printTables(results, Object.keys(variants));
