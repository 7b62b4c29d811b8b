import type { ExperimentConfig } from './schema.ts';

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
  yield* dataFaults(config.data);
  yield* modelFaults(config);
  const { losses, maxTokens, report } = config;
  if (losses.hard + losses.soft === 0) {
    yield {
      path: ['losses'],
      what: 'all weights are 0: there is nothing to learn from',
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

function* dataFaults({ labels, split, sources }: ExperimentConfig['data']): Generator<Inconsistency> {
  if (new Set(labels).size < labels.length) {
    yield { path: ['data', 'labels'], what: 'a label is named twice', remedy: 'name each label once' };
  }
  if (split.validation + split.test >= 0.9) {
    yield {
      path: ['data', 'split'],
      what: 'validation and test leave less than a tenth for training',
      remedy: 'make them smaller',
    };
  }
  for (const [i, source] of sources.entries()) {
    for (const [value, label] of Object.entries(source.labels ?? {})) {
      if (labels.includes(label)) continue;
      yield {
        path: ['data', 'sources', i, 'labels', value],
        what: `"${label}" is not in data.labels`,
        remedy: `use one of: ${labels.join(', ')}`,
      };
    }
  }
}

function* modelFaults({ teacher, student }: ExperimentConfig): Generator<Inconsistency> {
  if (teacher.hidden % teacher.heads !== 0) {
    yield {
      path: ['teacher', 'hidden'],
      what: `${teacher.hidden} is not a multiple of the ${teacher.heads} heads`,
      remedy: 'change teacher.hidden or teacher.heads',
    };
  }
  if (student.layers > teacher.layers) {
    yield {
      path: ['student', 'layers'],
      what: `the student has ${student.layers} layers, its teacher ${teacher.layers}`,
      remedy: `give the student at most ${teacher.layers}`,
    };
  }
  if (!Array.isArray(student.from)) return;
  if (student.from.length !== student.layers) {
    yield {
      path: ['student', 'from'],
      what: `${student.from.length} layers named for a student of ${student.layers}`,
      remedy: 'name one layer of the teacher for each',
    };
  }
  for (const [i, layer] of student.from.entries()) {
    if (layer < teacher.layers) continue;
    yield {
      path: ['student', 'from', i],
      what: `the teacher has no layer ${layer}`,
      remedy: `name layers from 0 to ${teacher.layers - 1}`,
    };
  }
}
