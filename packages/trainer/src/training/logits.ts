import { type Batch, collate, sortedBatches } from '../data/batches.ts';
import type { TrainingEngine } from '../engine/engine.ts';
import type { EncodedSplit } from './train.ts';

/** Logits of every text of a split, in the split's order: [texts, labels]. */
export async function splitLogits(
  engine: Pick<TrainingEngine, 'logits'>,
  encoded: readonly Int32Array[],
  options: { labels: number; batchSize: number; padId: number; onBatch?: (done: number) => void },
): Promise<Float32Array> {
  const all = new Float32Array(encoded.length * options.labels);
  let done = 0;
  for (const indices of sortedBatches(
    encoded.map((ids) => ids.length),
    options.batchSize,
  )) {
    const logits = await engine.logits(collate(encoded, indices, options.padId));
    indices.forEach((index, row) => {
      all.set(logits.subarray(row * options.labels, (row + 1) * options.labels), index * options.labels);
    });
    done += indices.length;
    options.onBatch?.(done);
  }
  return all;
}

/** What a batch of a split is trained towards. */
export function targetsOf(split: EncodedSplit, batch: Batch, labelCount: number) {
  const labels = new Float32Array(batch.size * labelCount);
  batch.indices.forEach((index, row) => {
    labels[row * labelCount + split.labels[index]] = 1;
  });
  const all = split.teacherLogits;
  if (all === undefined) return { labels };
  const teacherLogits = new Float32Array(labels.length);
  batch.indices.forEach((index, row) => {
    teacherLogits.set(all.subarray(index * labelCount, (index + 1) * labelCount), row * labelCount);
  });
  return { labels, teacherLogits };
}
