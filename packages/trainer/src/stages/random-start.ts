import type { ExperimentConfig } from '@retort/shared';
import type { ModelConfig } from '../model/config.ts';
import { countParameters } from '../model/parameters.ts';

/** Weights beside the word table from which a model is too large to begin with nothing; the sample's teacher has 3.4 million. */
const largeModel = 5e6;
/** Texts below which there is too little to learn a language from. */
const fewTexts = 10_000;

/**
 * A warning where a large model starts from random weights on few texts: it takes long, and mostly learns next to nothing. `texts`: those to train on.
 */
export function randomStartWarning(
  stage: 'finetune' | 'distill',
  { teacher, student }: Pick<ExperimentConfig, 'teacher' | 'student'>,
  config: ModelConfig,
  texts: number,
): string | undefined {
  const [role, { weights }] = stage === 'finetune' ? ['teacher', teacher] : ['student', student];
  const parameters = countParameters(config);
  const large = parameters - config.vocabularySize * config.hidden > largeModel;
  if (weights !== 'random' || !large || texts >= fewTexts) return undefined;
  return (
    `warning: ${(parameters / 1e6).toFixed(0)} M parameters start from random weights, and ${texts} texts are few to teach them a language: ` +
    `use pretrained weights (${role}.weights, such as "${stage === 'finetune' ? 'bert-base-uncased' : 'distilbert-base-uncased'}"), ` +
    'or a smaller model, as in experiments/sample'
  );
}
