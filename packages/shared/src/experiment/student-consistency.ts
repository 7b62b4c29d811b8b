import type { Inconsistency } from './consistency.ts';
import type { LayerMap } from './losses-schema.ts';
import { type ExperimentConfig, studentDefaults } from './schema.ts';

type Student = ExperimentConfig['student'];

/** What is wrong with the student, and with the layers that its loss compares. A checkpoint may tell its size later. */
export function* studentFaults({ teacher, student, losses }: ExperimentConfig): Generator<Inconsistency> {
  if (student.weights === 'teacher') yield* layerFaults(student, teacher.layers);
  else yield* ownWeightsFaults(student);
  yield* widthFaults(student);
  const { mask, drop } = student.augmentation ?? { mask: 0, drop: 0 };
  if (mask + drop >= 1) {
    yield {
      path: ['student', 'augmentation'],
      what: 'mask and drop leave nothing of a text',
      remedy: 'make them smaller: 0.1 each is a beginning',
    };
  }
  const layers = student.layers ?? (student.weights === 'teacher' ? studentDefaults.layers : undefined);
  for (const term of ['hiddenStates', 'attention'] as const) {
    yield* mapFaults(['losses', term, 'layers'], losses[term]?.layers, layers, teacher.layers);
  }
  const { layer } = losses.relations ?? {};
  if (layer !== undefined && teacher.layers !== undefined && layer >= teacher.layers) {
    yield noTeacherLayer(['losses', 'relations', 'layer'], layer, teacher.layers);
  }
}

/** What is wrong with the layers that a student takes from its teacher. */
function* layerFaults(student: Student, teacherLayers = Infinity): Generator<Inconsistency> {
  const { layers, from } = { ...studentDefaults, ...student };
  if (layers > teacherLayers) {
    yield {
      path: ['student', 'layers'],
      what: `the student has ${layers} layers, its teacher ${teacherLayers}`,
      remedy: `give the student at most ${teacherLayers}`,
    };
  }
  if (typeof from === 'string') return;
  if (from.length !== layers) {
    yield {
      path: ['student', 'from'],
      what: `${from.length} layers named for a student of ${layers}`,
      remedy: 'name one layer of the teacher for each',
    };
  }
  for (const [i, layer] of from.entries()) {
    if (layer >= teacherLayers) yield noTeacherLayer(['student', 'from', i], layer, teacherLayers);
  }
}

function* ownWeightsFaults(student: Student): Generator<Inconsistency> {
  if (student.from !== undefined) {
    yield {
      path: ['student', 'from'],
      what: 'the student starts from weights of its own, not from layers of the teacher',
      remedy: 'remove student.from or student.weights',
    };
  }
}

function* widthFaults(student: Student): Generator<Inconsistency> {
  const { weights, hidden, heads } = student;
  if (weights === 'teacher') {
    for (const key of ['hidden', 'heads', 'intermediate'] as const) {
      if (student[key] === undefined) continue;
      yield {
        path: ['student', key],
        what: "a student of the teacher's layers is as wide as they are",
        remedy: `remove student.${key}, or write "weights": "random" for a student of another width`,
      };
    }
  }
  if (hidden !== undefined && heads !== undefined && hidden % heads !== 0) {
    yield {
      path: ['student', 'hidden'],
      what: `${hidden} is not a multiple of the ${heads} heads`,
      remedy: 'change student.hidden or student.heads',
    };
  }
}

function* mapFaults(
  path: readonly PropertyKey[],
  map: LayerMap | undefined,
  layers = Infinity,
  teacherLayers = Infinity,
): Generator<Inconsistency> {
  if (map === undefined || typeof map === 'string') return;
  const isList = map.every((entry) => typeof entry === 'number');
  if (isList && layers !== Infinity && map.length !== layers) {
    yield {
      path,
      what: `${map.length} layers named for a student of ${layers}`,
      remedy: 'name one layer of the teacher for each, or pairs [student, teacher]',
    };
  }
  for (const [i, entry] of map.entries()) {
    const [student, teacher] = typeof entry === 'number' ? [i, entry] : entry;
    if (student >= layers) {
      yield {
        path: [...path, i],
        what: `the student has no layer ${student}`,
        remedy: `name layers from 0 to ${layers - 1}`,
      };
    }
    if (teacher >= teacherLayers) yield noTeacherLayer([...path, i], teacher, teacherLayers);
  }
}

function noTeacherLayer(path: readonly PropertyKey[], layer: number, count: number): Inconsistency {
  return { path, what: `the teacher has no layer ${layer}`, remedy: `name layers from 0 to ${count - 1}` };
}
