import { loadTokenizer, type ModelSettings, type ReadText, readText } from '@retort/shared';

/** A split as some models read it. */
export interface SplitAsRead {
  readonly vocabularySize: number;
  readonly texts: readonly ReadText[];
}

export interface Reader {
  /** Absolute path of the folder that holds the tokenizer's files. */
  readonly folder: string;
  readonly settings: ModelSettings;
}

/** The texts as each of the models reads them, in the models' order. Models that read alike share what they read. */
export function readSplitTexts(models: readonly Reader[], texts: readonly string[]): SplitAsRead[] {
  const known = new Map<string, SplitAsRead>();
  return models.map(({ folder, settings: { longTexts, maxTokens, hygiene } }) => {
    const tokenizer = loadTokenizer(folder);
    const { vocabulary, options } = tokenizer;
    const key = JSON.stringify({ vocabulary, options, longTexts, maxTokens, hygiene });
    const found = known.get(key) ?? {
      vocabularySize: vocabulary.length,
      texts: texts.map((text) => readText(tokenizer, text, { longTexts, maxTokens, hygiene })),
    };
    known.set(key, found);
    return found;
  });
}

/** How many texts fulfil a condition as at least one of the models reads them. */
export function countTexts(splits: readonly SplitAsRead[], fulfils: (text: ReadText) => boolean): number {
  return splits[0].texts.filter((_, i) => splits.some(({ texts }) => fulfils(texts[i]))).length;
}
