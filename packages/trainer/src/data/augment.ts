import { Random, type Tokenizer, UserError } from '@retort/shared';
import type { TrainingTexts } from './texts.ts';

/** Shares of a text's tokens. */
export interface Augmentation {
  readonly mask: number;
  readonly drop: number;
}

/**
 * What is read of a text, with some tokens replaced by `[MASK]` and some left out, each by chance: of what is left out nothing
 * can be learned by heart. The first and the last token, `[CLS]` and `[SEP]`, stay.
 */
export function augment(ids: Int32Array, { mask, drop }: Augmentation, maskId: number, random: Random): Int32Array {
  const kept = ids.slice();
  let length = 0;
  ids.forEach((id, i) => {
    const chance = i === 0 || i === ids.length - 1 ? 1 : random.uniform();
    if (chance < drop) return;
    kept[length++] = chance < drop + mask ? maskId : id;
  });
  return kept.slice(0, length);
}

/** The texts with other tokens changed in each epoch, by the seed, the epoch and the text's place. */
export function augmentedTexts(
  texts: TrainingTexts,
  augmentation: Augmentation | undefined,
  { tokenizer, seed, file }: { tokenizer: Tokenizer; seed: number; file: string },
): TrainingTexts {
  if (augmentation === undefined || augmentation.mask + augmentation.drop === 0) return texts;
  const maskId = tokenizer.vocabulary.indexOf('[MASK]');
  if (maskId < 0 && augmentation.mask > 0) {
    throw new UserError("the teacher's vocabulary has no [MASK]", {
      place: { file, field: 'student.augmentation.mask' },
      remedy: 'use student.augmentation.drop alone',
    });
  }
  return {
    ...texts,
    views: (epoch) =>
      texts
        .views(epoch)
        .map((ids, i) => augment(ids, augmentation, maskId, new Random(seed, 'augmentation', epoch, i))),
  };
}
