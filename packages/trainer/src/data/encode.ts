import { type Artifact, type ExperimentConfig, readSplit, type Tokenizer } from '@retort/shared';
import { type EvaluationTexts, evaluationTexts, type TrainingTexts, trainingTexts } from './texts.ts';

/** The training and the validation split as tokens, with the names of the labels in the order of the logits. */
export interface EncodedData {
  readonly train: TrainingTexts;
  readonly validation: EvaluationTexts;
  readonly labelNames: readonly string[];
}

/** Reads both splits of the prepared data as the experiment reads long texts. */
export async function encodeData(
  dataset: Artifact,
  tokenizer: Tokenizer,
  { maxTokens, longTexts, seed }: Pick<ExperimentConfig, 'maxTokens' | 'longTexts' | 'seed'>,
): Promise<EncodedData> {
  const train = await readSplit(dataset.folder, 'train');
  const validation = await readSplit(dataset.folder, 'validation');
  const reading = { policy: longTexts, maxTokens, seed };
  return {
    train: trainingTexts(tokenizer, train, reading),
    validation: evaluationTexts(tokenizer, validation, reading),
    labelNames: train.labelNames,
  };
}
