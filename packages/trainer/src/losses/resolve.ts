import { type LayerMap, type LossesConfig, studentDefaults, UserError } from '@retort/shared';
import type { ModelConfig } from '../model/config.ts';
import { chosenLayers } from '../model/student.ts';
import type { AttentionTerm, HiddenStatesTerm, LayerPair, LossTerms, RelationsTerm } from './terms.ts';

/** The models that a loss compares. */
export interface ComparedModels {
  readonly student: ModelConfig;
  readonly teacher: ModelConfig;
  /** The teacher's layers that the student started from, for each of its own. */
  readonly startedFrom?: readonly number[];
  /** The experiment file, as errors call it. */
  readonly file: string;
}

/** The terms of a loss once both models are known. Throws a UserError for what does not fit them. */
export function resolveTerms(losses: LossesConfig, models: ComparedModels): LossTerms {
  const { hard, soft, temperature, hiddenStates, attention, relations } = losses;
  const { hidden, heads } = models.teacher;
  return {
    ...{ hard, soft, temperature, teacher: { hidden, heads } },
    ...(hiddenStates !== undefined && hiddenStates.weight > 0
      ? { hiddenStates: hiddenStatesTerm(hiddenStates, models) }
      : {}),
    ...(attention !== undefined && attention.weight > 0 ? { attention: attentionTerm(attention, models) } : {}),
    ...(relations !== undefined && relations.weight > 0 ? { relations: relationsTerm(relations, models) } : {}),
  };
}

function hiddenStatesTerm(
  { weight, distance, tokens, layers, embeddings }: NonNullable<LossesConfig['hiddenStates']>,
  models: ComparedModels,
): HiddenStatesTerm {
  const pairs = layerPairs(layers, 'losses.hiddenStates.layers', models);
  // What layer i gives is hidden state i + 1.
  const states = pairs.map(({ student, teacher }) => ({ student: student + 1, teacher: teacher + 1 }));
  return { weight, distance, tokens, pairs: embeddings ? [{ student: 0, teacher: 0 }, ...states] : states };
}

function attentionTerm(
  { weight, distance, layers }: NonNullable<LossesConfig['attention']>,
  models: ComparedModels,
): AttentionTerm {
  const { student, teacher, file } = models;
  if (student.heads !== teacher.heads) {
    throw new UserError(
      `attention is compared head by head: the student has ${student.heads}, its teacher ${teacher.heads}`,
      {
        place: { file, field: 'losses.attention' },
        remedy: `give the student ${teacher.heads} heads, or use losses.relations, which needs no equal numbers`,
      },
    );
  }
  return { weight, distance, pairs: layerPairs(layers, 'losses.attention.layers', models) };
}

function relationsTerm(
  { weight, heads, layer }: NonNullable<LossesConfig['relations']>,
  { student, teacher, file }: ComparedModels,
): RelationsTerm {
  const count = heads ?? teacher.heads;
  for (const [name, { hidden }] of Object.entries({ student, teacher })) {
    if (hidden % count === 0) continue;
    throw new UserError(`${count} relation heads do not divide the ${name}'s width of ${hidden}`, {
      place: { file, field: 'losses.relations.heads' },
      remedy: `use a divisor of ${student.hidden === teacher.hidden ? hidden : `${student.hidden} and of ${teacher.hidden}`}`,
    });
  }
  const teacherLayer = layer ?? teacher.layers - 1;
  requireLayer(teacherLayer, 'teacher', teacher, { file, field: 'losses.relations.layer' });
  return { weight, heads: count, teacherLayer, studentLayer: student.layers - 1 };
}

/** Pairs of layers, from 0, by what the experiment says. */
function layerPairs(map: LayerMap | undefined, field: string, models: ComparedModels): LayerPair[] {
  const { student, teacher, startedFrom, file } = models;
  const chosen = map ?? startedFrom ?? studentDefaults.from;
  const pairs =
    typeof chosen === 'string'
      ? toPairs(chosenLayers(chosen, Math.min(student.layers, teacher.layers), teacher.layers))
      : chosen.map((entry, i) => (typeof entry === 'number' ? { student: i, teacher: entry } : toPair(entry)));
  for (const pair of pairs) {
    requireLayer(pair.student, 'student', student, { file, field });
    requireLayer(pair.teacher, 'teacher', teacher, { file, field });
  }
  return pairs;
}

function toPairs(teacherLayers: readonly number[]): LayerPair[] {
  return teacherLayers.map((teacher, student) => ({ student, teacher }));
}

function toPair([student, teacher]: readonly [number, number]): LayerPair {
  return { student, teacher };
}

function requireLayer(
  layer: number,
  name: 'student' | 'teacher',
  { layers }: ModelConfig,
  place: { readonly file: string; readonly field: string },
): void {
  if (layer < layers) return;
  throw new UserError(`the ${name} has no layer ${layer}`, { place, remedy: `name layers from 0 to ${layers - 1}` });
}
