import { cut, cutByTokens } from '../data/batches.ts';

/** Inputs that the teacher reads at once, at most, whatever the student's batch: the last bits of what it gives follow from it. */
export const teacherBatch = 16;

/** Places of inputs, in their order, in the batches that the teacher reads. */
export function teacherBatches(views: readonly Int32Array[]): number[][] {
  const lengths = views.map(({ length }) => length);
  return cut([...views.keys()], teacherBatch).flatMap((part) => cutByTokens(part, lengths));
}
