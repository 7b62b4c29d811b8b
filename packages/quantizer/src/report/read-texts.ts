import { cleanText, loadTokenizer, type ModelSettings, type ReadText, readText } from '@retort/shared';

/** Some texts as a model reads them. */
export interface TextsAsRead {
  readonly vocabularySize: number;
  readonly texts: readonly ReadText[];
}

export interface Reader {
  /** Absolute path of the folder that holds the tokenizer's files. */
  readonly folder: string;
  readonly settings: ModelSettings;
}

/** A function that gives texts as each of the models reads them, in the models' order. Models that read alike share what they read. */
export function openReaders(models: readonly Reader[]): (texts: readonly string[]) => TextsAsRead[] {
  const readers = models.map(({ folder, settings: { longTexts, maxTokens, hygiene } }) => {
    const tokenizer = loadTokenizer(folder);
    const { vocabulary, options } = tokenizer;
    const reading = { longTexts, maxTokens, hygiene };
    return { key: JSON.stringify({ vocabulary, options, reading }), tokenizer, reading };
  });
  return (texts) => {
    const known = new Map<string, TextsAsRead>();
    return readers.map(({ key, tokenizer, reading }) => {
      const found = known.get(key) ?? {
        vocabularySize: tokenizer.vocabulary.length,
        texts: texts.map((text) => readText(tokenizer, text, reading)),
      };
      known.set(key, found);
      return found;
    });
  };
}

/** How many texts fulfil a condition as at least one of the models reads them. */
export function countTexts(read: readonly TextsAsRead[], fulfils: (text: ReadText) => boolean): number {
  return read[0].texts.filter((_, i) => read.some(({ texts }) => fulfils(texts[i]))).length;
}

/** How many texts are cleaned before at least one of the models reads them. */
export function countNormalized(models: readonly Reader[], texts: readonly string[]): number {
  if (models.every(({ settings }) => settings.hygiene === undefined)) return 0;
  return texts.filter((text) => cleanText(text).normalized).length;
}
