import {
  bertVocabulary,
  checkpointSource,
  createTokenizer,
  type Experiment,
  experimentFile,
  loadTokenizer,
  type Progress,
  studentDefaults,
  type Tokenizer,
  teacherDefaults,
  UserError,
} from '@retort/shared';
import type { Model } from '../checkpoint/model-folder.ts';
import type { ModelConfig } from '../model/config.ts';
import { randomParameters } from '../model/parameters.ts';
import { chosenLayers, distilbertOf, studentFromTeacher } from '../model/student.ts';
import { describeImport, importModel } from './import.ts';
import { type Checkpoint, type LocateOptions, locateCheckpoint } from './locate.ts';

/** Position embeddings of a model that starts from random weights: BERT's 512, so that longer inputs can be tried later. */
const maxPositions = 512;

/** A model before its training. */
export interface Start {
  readonly model: Model;
  /** Name -> sha256 of the files that it came from, for the manifest. */
  readonly digests: Readonly<Record<string, string>>;
  /** The teacher's layers that a student started from, for each of its own. */
  readonly startedFrom?: readonly number[];
}

/** The teacher's tokenizer, and the teacher itself once the labels are known. */
export async function startTeacher(experiment: Experiment, progress: Progress, options: Partial<LocateOptions> = {}) {
  const { teacher, seed } = experiment.config;
  const source = checkpointSource(teacher.weights, experiment);
  if (source === undefined) {
    const tokenizer = createTokenizer(bertVocabulary());
    const size = { ...teacherDefaults, ...teacher };
    return {
      tokenizer,
      async start(labels: readonly string[]): Promise<Start> {
        const config: ModelConfig = {
          architecture: 'bert',
          vocabularySize: tokenizer.vocabulary.length,
          layers: size.layers,
          hidden: size.hidden,
          heads: size.heads,
          intermediate: size.intermediate,
          maxPositions,
          tokenTypes: 2,
          epsilon: 1e-12,
          labels,
        };
        return { model: { config, parameters: randomParameters(config, seed) }, digests: {} };
      },
    };
  }
  const checkpoint = await locateCheckpoint(source, { workspace: experiment.workspace, progress, ...options });
  const tokenizer = loadTokenizer(checkpoint.folder);
  return {
    tokenizer,
    async start(labels: readonly string[]): Promise<Start> {
      const model = importFor('teacher', experiment, { checkpoint, tokenizer, labels, progress });
      return { model, digests: await checkpoint.digests() };
    },
  };
}

/** The student: made of the teacher's layers, random, or read from a checkpoint whose tokenizer is the teacher's. */
export async function startStudent(
  experiment: Experiment,
  teacher: Model & { readonly tokenizer: Tokenizer },
  progress: Progress,
  options: Partial<LocateOptions> = {},
): Promise<Start> {
  const { student } = experiment.config;
  const source = checkpointSource(student.weights, experiment);
  if (student.weights === 'random') return { model: randomStudent(experiment, teacher.config), digests: {} };
  if (source === undefined) return studentOfLayers(experiment, teacher, progress);
  const checkpoint = await locateCheckpoint(source, { workspace: experiment.workspace, progress, ...options });
  const tokenizer = loadTokenizer(checkpoint.folder);
  if (!isSameTokenizer(tokenizer, teacher.tokenizer)) {
    throw new UserError(`${checkpoint.name} cuts text into other tokens than the teacher`, {
      place: experimentPlace(experiment, 'student.weights'),
      remedy: "name a student with the teacher's vocabulary and letter case, or leave student.weights out",
    });
  }
  const { labels } = teacher.config;
  const model = importFor('student', experiment, { checkpoint, tokenizer, labels, progress });
  return { model, digests: await checkpoint.digests() };
}

/** A student of its own size: what the experiment leaves open is as in the teacher. */
function randomStudent(experiment: Experiment, teacher: ModelConfig): Model {
  const { student, seed } = experiment.config;
  const { layers = studentDefaults.layers, hidden = teacher.hidden, heads = teacher.heads } = student;
  if (hidden % heads !== 0) {
    throw new UserError(`a width of ${hidden} is not a multiple of the teacher's ${heads} heads`, {
      place: experimentPlace(experiment, 'student.heads'),
      remedy: 'give student.heads a divisor of student.hidden',
    });
  }
  const { intermediate = 4 * hidden } = student;
  const config = { ...distilbertOf(teacher, layers), hidden, heads, intermediate };
  return { config, parameters: randomParameters(config, seed) };
}

function studentOfLayers(experiment: Experiment, teacher: Model, progress: Progress): Start {
  const { layers, from } = { ...studentDefaults, ...experiment.config.student };
  const available = teacher.config.layers;
  const chosen = chosenLayers(from, layers, available);
  // The teacher's checkpoint has said only now how many layers there are.
  if (layers > available || chosen.some((layer) => layer >= available)) {
    throw new UserError(`the student asks for layers ${chosen.join(', ')} of a teacher with ${available}`, {
      place: experimentPlace(experiment, layers > available ? 'student.layers' : 'student.from'),
      remedy: `name at most ${available} layers, from 0 to ${available - 1}`,
    });
  }
  progress.line(`the student starts from the teacher's layers ${chosen.join(', ')} (of 0 to ${available - 1})`);
  return { model: studentFromTeacher(teacher, chosen), digests: {}, startedFrom: chosen };
}

function importFor(
  role: 'teacher' | 'student',
  experiment: Experiment,
  about: { checkpoint: Checkpoint; tokenizer: Tokenizer; labels: readonly string[]; progress: Progress },
): Model {
  const { checkpoint, tokenizer, labels, progress } = about;
  const { maxTokens, seed } = experiment.config;
  const imported = importModel(checkpoint.folder, { labels, seed });
  const { config, parameters } = imported;
  checkSize(role, experiment, config, checkpoint.name);
  if (tokenizer.vocabulary.length > config.vocabularySize) {
    throw new UserError(
      `the tokenizer of ${checkpoint.name} has ${tokenizer.vocabulary.length} tokens, its model ${config.vocabularySize}`,
      { place: { file: checkpoint.name }, remedy: 'use tokenizer and weights of the same model' },
    );
  }
  if (maxTokens > config.maxPositions) {
    throw new UserError(`${checkpoint.name} reads at most ${config.maxPositions} tokens`, {
      place: experimentPlace(experiment, 'maxTokens'),
      remedy: `lower maxTokens from ${maxTokens} to ${config.maxPositions}`,
    });
  }
  progress.line(`weights of ${checkpoint.name}: ${describeImport(imported)}`);
  return { config, parameters };
}

/** A size that the experiment file states beside a checkpoint has to be the checkpoint's. */
function checkSize(role: 'teacher' | 'student', experiment: Experiment, config: ModelConfig, name: string): void {
  const stated: Partial<Record<'layers' | 'hidden' | 'heads' | 'intermediate', number>> = experiment.config[role];
  for (const key of ['layers', 'hidden', 'heads', 'intermediate'] as const) {
    if (stated[key] === undefined || stated[key] === config[key]) continue;
    throw new UserError(`${name} has ${config[key]} for "${key}", the experiment says ${stated[key]}`, {
      place: experimentPlace(experiment, `${role}.${key}`),
      remedy: `remove ${role}.${key}: the checkpoint decides it`,
    });
  }
}

function isSameTokenizer(a: Tokenizer, b: Tokenizer): boolean {
  return (
    JSON.stringify(a.options) === JSON.stringify(b.options) &&
    a.vocabulary.length === b.vocabulary.length &&
    a.vocabulary.every((token, id) => token === b.vocabulary[id])
  );
}

function experimentPlace(experiment: Experiment, field: string) {
  return { file: experimentFile(experiment), field };
}
