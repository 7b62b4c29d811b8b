import { type Batch, collate, cutByTokens, sortedBatches } from '../data/batches.ts';
import type { Targets, TrainingEngine } from '../engine/engine.ts';
import type { LabelRow } from './label-rows.ts';

export interface EvaluationOptions {
  /** How many there are. */
  readonly labels: number;
  readonly batchSize: number;
  readonly padId: number;
  /** Told after each batch how many inputs are done. */
  onBatch?(done: number, inputs: number): void;
}

/** Logits of every input, in their order: [inputs, labels]. */
async function inputLogits(
  engine: Pick<TrainingEngine, 'logits'>,
  encoded: readonly Int32Array[],
  options: EvaluationOptions,
): Promise<Float32Array> {
  const all = new Float32Array(encoded.length * options.labels);
  let done = 0;
  const lengths = encoded.map((ids) => ids.length);
  for (const indices of sortedBatches(lengths, options.batchSize).flatMap((batch) => cutByTokens(batch, lengths))) {
    const logits = await engine.logits(collate(encoded, indices, options.padId));
    indices.forEach((index, row) => {
      all.set(logits.subarray(row * options.labels, (row + 1) * options.labels), index * options.labels);
    });
    done += indices.length;
    options.onBatch?.(done, encoded.length);
  }
  return all;
}

/** Logits of every text, the mean over its windows: [texts, labels]. */
export async function windowLogits(
  engine: Pick<TrainingEngine, 'logits'>,
  windows: readonly (readonly Int32Array[])[],
  options: EvaluationOptions,
): Promise<Float32Array> {
  const { labels } = options;
  const each = await inputLogits(engine, windows.flat(), options);
  const means = new Float32Array(windows.length * labels);
  let row = 0;
  windows.forEach(({ length }, text) => {
    for (const end = row + length; row < end; row++) {
      for (let i = 0; i < labels; i++) means[text * labels + i] += each[row * labels + i] / length;
    }
  });
  return means;
}

/** What a batch is trained towards: the row of each text's label, times a factor (`rowFactor`). One of label -1 is unlabelled: its row is 0. */
export function targetsOf(
  textLabels: Int32Array,
  batch: Batch,
  labelRows: readonly LabelRow[],
  factor: number,
  teacher: Targets['teacher'] = new Map(),
): Targets {
  const labels = new Float32Array(batch.size * labelRows.length);
  batch.indices.forEach((index, row) => {
    const label = textLabels[index];
    if (label >= 0)
      labels.set(
        labelRows[label].row.map((value) => factor * value),
        row * labelRows.length,
      );
  });
  return { labels, teacher };
}
