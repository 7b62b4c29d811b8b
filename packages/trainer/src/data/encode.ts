import { type Artifact, readSplit, type Tokenizer } from '@retort/shared';
import type { EncodedSplit } from '../training/train.ts';

/** A split as tokens, with the names of its labels. */
export interface LabelledSplit extends EncodedSplit {
  readonly labelNames: readonly string[];
  /** How many texts were longer than the longest input. */
  readonly truncated: number;
}

/** Reads a split of the prepared data and cuts each text into at most `maxTokens` tokens. */
export async function encodeSplit(
  dataset: Artifact,
  name: 'train' | 'validation' | 'test',
  tokenizer: Tokenizer,
  maxTokens: number,
): Promise<LabelledSplit> {
  const split = await readSplit(dataset.folder, name);
  const encodings = split.texts.map((text) => tokenizer.encode(text, maxTokens));
  return {
    encoded: encodings.map(({ ids }) => ids),
    labels: split.labels,
    labelNames: split.labelNames,
    truncated: encodings.filter(({ truncated }) => truncated).length,
  };
}
