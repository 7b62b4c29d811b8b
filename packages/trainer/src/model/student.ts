import type { StudentConfig } from '@retort/shared';
import type { Model } from '../checkpoint/model-folder.ts';
import { distilbertEpsilon, type ModelConfig } from './config.ts';
import { headNames, layerNames, type Parameter, type Parameters, parameterSpecs } from './parameters.ts';

/**
 * The teacher's layers that a student of `count` layers starts from: those that a list names, as it names them; the lowest;
 * the last; or evenly spread ones from layer 0 on (0, 2, 4, .. of twice as many).
 */
export function chosenLayers(from: NonNullable<StudentConfig['from']>, count: number, teacherLayers: number): number[] {
  if (typeof from !== 'string') return [...from];
  const first = from === 'last' ? teacherLayers - count : 0;
  const stride = from === 'every-other' ? teacherLayers / count : 1;
  return Array.from({ length: count }, (_, i) => first + Math.floor(i * stride));
}

/** The DistilBERT of so many layers that is else like this BERT. */
export function distilbertOf(teacher: ModelConfig, layers: number): ModelConfig {
  return { ...teacher, architecture: 'distilbert', layers, tokenTypes: 0, epsilon: distilbertEpsilon };
}

/**
 * A DistilBERT that starts from a BERT's embeddings, head and some of its layers (Sanh et al. 2019). DistilBERT has no
 * segment embeddings: that of segment 0, which every text has, is added to the positions, so that nothing is lost.
 */
export function studentFromTeacher(teacher: Model, layers: readonly number[]): Model {
  const config = distilbertOf(teacher.config, layers.length);
  const source = teacherNames(teacher.config, layers);
  const parameters = parameterSpecs(config).map(({ name }) => {
    const parameter = teacher.parameters.get(source.get(name) ?? '');
    if (parameter === undefined) throw new Error(`the teacher has nothing for "${name}"`);
    return [name, { shape: parameter.shape, data: parameter.data.slice() }] as const;
  });
  const student = new Map<string, Parameter>(parameters);
  addSegment(teacher.parameters, student, config.hidden);
  return { config, parameters: student };
}

/** Student's parameter -> teacher's parameter. */
function teacherNames(config: ModelConfig, layers: readonly number[]): Map<string, string> {
  const pairs: [string, string][] = ['word_embeddings', 'position_embeddings', 'LayerNorm'].map((part) => [
    `distilbert.embeddings.${part}`,
    `${config.architecture}.embeddings.${part}`,
  ]);
  layers.forEach((teacherLayer, studentLayer) => {
    const to = layerNames.distilbert(studentLayer);
    const from = layerNames[config.architecture](teacherLayer);
    for (const part of Object.keys(to) as (keyof typeof to)[]) pairs.push([to[part], from[part]]);
  });
  pairs.push([headNames.distilbert.dense, headNames[config.architecture].dense]);
  pairs.push([headNames.distilbert.classifier, headNames[config.architecture].classifier]);
  return new Map(
    pairs.flatMap(([to, from]) => ['weight', 'bias'].map((end) => [`${to}.${end}`, `${from}.${end}`] as const)),
  );
}

function addSegment(teacher: Parameters, student: ReadonlyMap<string, Parameter>, hidden: number): void {
  const segments = teacher.get('bert.embeddings.token_type_embeddings.weight');
  const positions = student.get('distilbert.embeddings.position_embeddings.weight');
  if (segments === undefined || positions === undefined) return;
  for (let i = 0; i < positions.data.length; i++) positions.data[i] += segments.data[i % hidden];
}
