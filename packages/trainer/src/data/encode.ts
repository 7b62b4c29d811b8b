import {
  type Artifact,
  type ExperimentConfig,
  hygieneVersion,
  type Reading,
  readSplit,
  readUnlabelled,
  type Tokenizer,
} from '@retort/shared';
import { type EvaluationTexts, evaluationTexts, type TrainingTexts, trainingTexts } from './texts.ts';

/** The training and the validation split as tokens, with the names of the labels in the order of the logits. */
export interface EncodedData {
  readonly train: TrainingTexts;
  readonly validation: EvaluationTexts;
  readonly labelNames: readonly string[];
}

/** How the models of an experiment read texts, in training and ever after. */
export function readingOf({
  longTexts,
  maxTokens,
  hygiene,
}: Pick<ExperimentConfig, 'maxTokens' | 'longTexts' | 'hygiene'>): Reading {
  return { longTexts, maxTokens, hygiene: hygiene ? hygieneVersion : undefined };
}

/**
 * Reads both splits of the prepared data as the experiment reads long texts. `unlabelled`: the texts without a label follow those of
 * the training split, with the label -1.
 */
export async function encodeData(
  dataset: Artifact,
  tokenizer: Tokenizer,
  config: Pick<ExperimentConfig, 'maxTokens' | 'longTexts' | 'hygiene' | 'seed'>,
  { unlabelled = false } = {},
): Promise<EncodedData> {
  const train = await readSplit(dataset.folder, 'train');
  const more = unlabelled ? (await readUnlabelled(dataset.folder)).texts : [];
  const validation = await readSplit(dataset.folder, 'validation');
  const reading = { ...readingOf(config), seed: config.seed };
  return {
    train: trainingTexts(
      tokenizer,
      {
        texts: [...train.texts, ...more],
        labels: Int32Array.from([...train.labels, ...more.map(() => -1)]),
      },
      reading,
    ),
    validation: evaluationTexts(tokenizer, validation, reading),
    labelNames: train.labelNames,
  };
}
