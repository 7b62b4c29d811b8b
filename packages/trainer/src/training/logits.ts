import { type Batch, collate, sortedBatches } from '../data/batches.ts';
import type { Targets, TrainingEngine } from '../engine/engine.ts';
import { names } from '../engine/graphs.ts';
import type { EncodedSplit, TeacherTargets } from './train.ts';

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

/** What a batch of a split is trained towards. A text of label -1 is unlabelled: its row of `labels` is 0. */
export function targetsOf(
  split: EncodedSplit,
  batch: Batch,
  labelCount: number,
  teacher: Targets['teacher'] = new Map(),
): Targets {
  const labels = new Float32Array(batch.size * labelCount);
  batch.indices.forEach((index, row) => {
    const label = split.labels[index];
    if (label >= 0) labels[row * labelCount + label] = 1;
  });
  return { labels, teacher };
}

/** The soft targets of every batch, from the logits of all texts: [texts, labels]. */
export function logitTargets(all: Float32Array, labelCount: number): TeacherTargets {
  return {
    of({ indices, size }) {
      const data = new Float32Array(size * labelCount);
      indices.forEach((index, row) => {
        data.set(all.subarray(index * labelCount, (index + 1) * labelCount), row * labelCount);
      });
      return new Map([[names.teacher('logits'), { shape: [size, labelCount], data }]]);
    },
  };
}
