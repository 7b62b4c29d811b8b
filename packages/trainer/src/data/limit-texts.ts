import { Random, type TrainingConfig } from '@retort/shared';
import type { EncodedData } from './encode.ts';
import type { TrainingTexts } from './texts.ts';

/**
 * The texts and epochs that a training of so many steps takes: a random part of the texts where they are more than that.
 * Without a number of steps all stays as it is.
 */
export function limitToSteps(
  steps: number | undefined,
  texts: EncodedData,
  settings: TrainingConfig,
  seed: number,
): { texts: EncodedData; settings: TrainingConfig } {
  if (steps === undefined) return { texts, settings };
  const textsInStep = settings.batchSize * settings.accumulation;
  const train = limitTexts(texts.train, steps * textsInStep, seed);
  const epochs = Math.ceil(steps / Math.ceil(train.labels.length / textsInStep));
  return { texts: { ...texts, train }, settings: { ...settings, epochs } };
}

/** At most `count` of the training texts, drawn at random; each is read as it would be among all of them. */
function limitTexts(train: TrainingTexts, count: number, seed: number): TrainingTexts {
  if (count >= train.labels.length) return train;
  const all = Array.from(train.labels.keys());
  const chosen = new Random(seed, 'limited texts').shuffle(all).slice(0, count);
  return {
    labels: Int32Array.from(chosen, (i) => train.labels[i]),
    texts: chosen.map((i) => train.texts[i]),
    isLong: chosen.map((i) => train.isLong[i]),
    views: (epoch) => {
      const views = train.views(epoch);
      return chosen.map((i) => views[i]);
    },
  };
}
