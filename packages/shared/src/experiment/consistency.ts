import { posix } from 'node:path';
import type { ExperimentConfig } from './schema.ts';
import { studentFaults } from './student-consistency.ts';

/** A fault that lies in no single value. */
export interface Inconsistency {
  readonly path: readonly PropertyKey[];
  readonly what: string;
  readonly remedy: string;
}

/** The first contradiction in a configuration that obeys the schema. */
export function findInconsistency(config: ExperimentConfig): Inconsistency | undefined {
  for (const fault of inconsistencies(config)) return fault;
  return undefined;
}

function* inconsistencies(config: ExperimentConfig): Generator<Inconsistency> {
  yield* seedFaults(config);
  yield* dataFaults(config.data);
  yield* teacherFaults(config);
  yield* studentFaults(config);
  yield* weightFolderFaults(config);
  yield* freezingFaults(config);
  yield* classWeightFaults(config);
  yield* evaluationFaults(config);
  const { losses, maxTokens, report } = config;
  if (losses.hard + losses.soft === 0) {
    yield {
      path: ['losses'],
      what: 'the weights of hard and soft are 0: the classifier has nothing to learn from',
      remedy: 'give hard or soft a weight',
    };
  }
  for (const [i, length] of report.lengths.entries()) {
    if (length <= maxTokens) continue;
    yield {
      path: ['report', 'lengths', i],
      what: `texts of ${length} tokens are longer than the models' longest input, ${maxTokens}`,
      remedy: 'lower this length or raise maxTokens',
    };
  }
}

function* seedFaults({ seed, seeds }: ExperimentConfig): Generator<Inconsistency> {
  if (seeds === undefined) return;
  for (const [i, one] of seeds.entries()) {
    if (seeds.indexOf(one) === i) continue;
    yield { path: ['seeds', i], what: `the seed ${one} is named twice`, remedy: 'name each seed once' };
  }
  if (seeds.includes(seed)) return;
  yield {
    path: ['seeds'],
    what: `the experiment's own seed, ${seed}, is not among the seeds`,
    remedy: `add it, or write "seed": ${seeds[0]}`,
  };
}

function* dataFaults(data: ExperimentConfig['data']): Generator<Inconsistency> {
  const { labels, sources, unlabelled, maxTexts } = data;
  if (new Set(labels).size < labels.length) {
    yield { path: ['data', 'labels'], what: 'a label is named twice', remedy: 'name each label once' };
  }
  yield* splitFaults(data);
  for (const [split, most] of Object.entries(maxTexts)) {
    if (most >= labels.length) continue;
    yield {
      path: ['data', 'maxTexts', split],
      what: `${most} texts cannot have all ${labels.length} labels`,
      remedy: `raise it to ${labels.length} or more`,
    };
  }
  for (const [i, { path }] of unlabelled.entries()) {
    const fault = pathFault(path);
    if (fault !== undefined) yield { path: ['data', 'unlabelled', i, 'path'], ...fault };
  }
  for (const [i, source] of sources.entries()) {
    const fault = pathFault(source.path);
    if (fault !== undefined) yield { path: ['data', 'sources', i, 'path'], ...fault };
    yield* labelFaults(source.labels, labels, ['data', 'sources', i, 'labels']);
  }
}

/** Values of a file that stand for labels which nobody has named. */
function* labelFaults(
  mapping: Readonly<Record<string, string | null>> = {},
  labels: readonly string[],
  path: readonly PropertyKey[],
): Generator<Inconsistency> {
  for (const [value, label] of Object.entries(mapping)) {
    if (label === null || labels.includes(label)) continue;
    yield {
      path: [...path, value],
      what: `"${label}" is not in data.labels`,
      remedy: `use one of: ${labels.join(', ')}`,
    };
  }
}

/** What the report reads beside artifacts. */
function* evaluationFaults({ evaluations, report, data }: ExperimentConfig): Generator<Inconsistency> {
  const names = ['test', ...evaluations.map(({ name }) => name)];
  for (const [i, { name, path, labels }] of evaluations.entries()) {
    if (names.indexOf(name) <= i) {
      yield {
        path: ['evaluations', i, 'name'],
        what: `"${name}" is the name of another evaluation`,
        remedy: 'give each a name of its own; "test" is the test split',
      };
    }
    const fault = pathFault(path);
    if (fault !== undefined) yield { path: ['evaluations', i, 'path'], ...fault };
    yield* labelFaults(labels, data.labels, ['evaluations', i, 'labels']);
  }
  for (const [i, path] of report.models.entries()) {
    const fault = pathFault(path, 'put the model into the workspace, such as into models, and write "/models/..."');
    if (fault !== undefined) yield { path: ['report', 'models', i], ...fault };
  }
}

function* splitFaults({ split, sources }: ExperimentConfig['data']): Generator<Inconsistency> {
  const { validation, test = 0, testGroups } = split;
  if (validation + test >= 0.9) {
    yield {
      path: ['data', 'split'],
      what: 'validation and test leave less than a tenth for training',
      remedy: 'make them smaller',
    };
  }
  if (testGroups === undefined) return;
  if (split.test !== undefined) {
    yield {
      path: ['data', 'split', 'test'],
      what: 'the test split is either a share of the texts or the groups of testGroups, not both',
      remedy: 'remove test or testGroups',
    };
  }
  if (sources.every(({ group }) => group === undefined)) {
    yield {
      path: ['data', 'split', 'testGroups'],
      what: 'no source has groups',
      remedy: 'name the column of the group in data.sources ("group"), or remove testGroups',
    };
  }
  for (const [i, group] of testGroups.entries()) {
    if (testGroups.indexOf(group) === i) continue;
    yield {
      path: ['data', 'split', 'testGroups', i],
      what: `"${group}" is named twice`,
      remedy: 'name each group once',
    };
  }
}

/** The folders of checkpoints that models start from; what is no path is a model of the hub, or a word. */
function* weightFolderFaults({ teacher, student }: ExperimentConfig): Generator<Inconsistency> {
  for (const [name, { weights }] of Object.entries({ teacher, student })) {
    if (typeof weights !== 'string' || !/^[./]/.test(weights)) continue;
    const fault = pathFault(weights, 'put the model into the workspace, such as into models, and write "/models/..."');
    if (fault !== undefined) yield { path: [name, 'weights'], ...fault };
  }
}

/** The cache of the stages sees files of the workspace alone, by paths with "/". */
function pathFault(
  path: string,
  remedy = 'put the file into the workspace, such as into data/raw, and write "/data/raw/..."',
): Omit<Inconsistency, 'path'> | undefined {
  if (path.includes('\\')) {
    return { what: 'the path has a backslash in it', remedy: 'write "/" between folders, and rename other such files' };
  }
  // Every experiment is a folder of experiments/.
  const inWorkspace = posix.normalize(path.startsWith('/') ? `.${path}` : `experiments/any/${path}`);
  if (inWorkspace !== '..' && !inWorkspace.startsWith('../')) return undefined;
  return { what: 'the path leaves the workspace', remedy };
}

/** A layer at least has to be trained; a checkpoint may tell later how many there are. */
function* freezingFaults({ teacher, student }: ExperimentConfig): Generator<Inconsistency> {
  for (const [name, { layers, training }] of Object.entries({ teacher, student })) {
    const { freeze } = training;
    if (layers === undefined || typeof freeze !== 'number' || freeze < layers) continue;
    yield {
      path: [name, 'training', 'freeze'],
      what: `${freeze} layers are to be frozen, and the ${name} has ${layers}`,
      remedy: layers > 1 ? `freeze at most ${layers - 1}, or "embeddings"` : 'freeze "embeddings" at most',
    };
  }
}

function* classWeightFaults({ data, teacher, student }: ExperimentConfig): Generator<Inconsistency> {
  for (const [name, { training }] of Object.entries({ teacher, student })) {
    const weights = training.classWeights;
    for (const label of typeof weights === 'object' ? Object.keys(weights) : []) {
      if (data.labels.includes(label)) continue;
      yield {
        path: [name, 'training', 'classWeights', label],
        what: `"${label}" is not in data.labels`,
        remedy: `use one of: ${data.labels.join(', ')}`,
      };
    }
  }
}

function* teacherFaults({ teacher }: ExperimentConfig): Generator<Inconsistency> {
  const { hidden, heads } = teacher;
  if (hidden !== undefined && heads !== undefined && hidden % heads !== 0) {
    yield {
      path: ['teacher', 'hidden'],
      what: `${hidden} is not a multiple of the ${heads} heads`,
      remedy: 'change teacher.hidden or teacher.heads',
    };
  }
  if (teacher.weights === 'teacher') {
    yield {
      path: ['teacher', 'weights'],
      what: 'the teacher cannot start from itself',
      remedy: 'write "random", a model of the hub or a folder',
    };
  }
}
