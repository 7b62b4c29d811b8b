import { bertVocabulary } from '@retort/shared';
import type { Model } from '../checkpoint/model-folder.ts';
import type { ModelConfig } from '../model/config.ts';
import { randomParameters } from '../model/parameters.ts';
import { studentFromTeacher } from '../model/student.ts';

/**
 * A small BERT with BERT's vocabulary, and its one-layer student, from a seed alone. Ten times BERT's initial deviation:
 * logits of the size of 1, so that a wrong weight shows.
 */
export function wideModels(): { teacher: Model; student: Model } {
  const config: ModelConfig = {
    architecture: 'bert',
    vocabularySize: bertVocabulary().length,
    layers: 2,
    hidden: 16,
    heads: 2,
    intermediate: 32,
    maxPositions: 64,
    tokenTypes: 2,
    epsilon: 1e-12,
    labels: ['calm', 'stormy', 'foggy'],
  };
  const parameters = randomParameters(config, 7);
  for (const [name, { data }] of parameters) {
    if (!name.includes('LayerNorm'))
      data.forEach((value, i) => {
        data[i] = 10 * value;
      });
  }
  const teacher = { config, parameters };
  return { teacher, student: studentFromTeacher(teacher, [1]) };
}
