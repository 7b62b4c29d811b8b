import { collate, cut, cutByTokens } from '../data/batches.ts';
import type { TrainingTexts } from '../data/texts.ts';
import { type LabelRow, rowFactor } from './label-rows.ts';
import type { BatchOfStep } from './learner.ts';
import { targetsOf } from './logits.ts';
import type { TeacherTargets } from './train.ts';

/** What the batches of an epoch are made from. */
export interface EpochTexts {
  readonly train: Pick<TrainingTexts, 'labels'>;
  readonly teacher?: TeacherTargets;
  /** What a text of each label is trained towards (label-rows.ts). */
  readonly labelRows: readonly LabelRow[];
  readonly padId: number;
  readonly epoch: number;
  /** What the model reads of each text in this epoch. */
  readonly views: readonly Int32Array[];
}

/** The texts of a step, numbered from 0, in as many batches as it takes: of `batchSize` texts at most, and of as many tokens as are read at once. */
export function* stepBatches(
  { train, teacher, labelRows, padId, epoch, views }: EpochTexts,
  indices: readonly number[],
  step: number,
  { batchSize, accumulation }: { batchSize: number; accumulation: number },
): Generator<BatchOfStep> {
  const lengths = views.map(({ length }) => length);
  const parts = cut(indices, batchSize).flatMap((batch) => cutByTokens(batch, lengths));
  const factor = rowFactor(train.labels, indices, labelRows);
  for (const [i, part] of parts.entries()) {
    const batch = collate(views, part, padId);
    yield {
      batch,
      targets: targetsOf(train.labels, batch, labelRows, factor, teacher?.of(batch, epoch)),
      share: part.length / indices.length,
      masks: step * batchSize * accumulation + i,
    };
  }
}
