import { join, relative } from 'node:path';
import { type Executor, onnxruntimeCpu } from '@retort/runtime';
import { type Artifact, type ArtifactWriter, formatDuration, type Progress } from '@retort/shared';
import type { LabelledSplit } from '../data/encode.ts';
import type { ModelConfig } from '../model/config.ts';
import type { TrainingResult } from '../training/train.ts';

/** Says what is about to be trained, on what. */
export function announce(
  progress: Progress,
  about: {
    config: ModelConfig;
    parameters: number;
    training: LabelledSplit;
    validation: LabelledSplit;
    executor: Executor;
  },
): void {
  const { config, parameters, training, validation, executor } = about;
  progress.line(
    `${config.architecture}, ${config.layers} layers of ${config.hidden}, ${(parameters / 1e6).toFixed(2)} M parameters; ` +
      `${training.encoded.length} texts to train, ${validation.encoded.length} to validate; ` +
      `${executor.name} ${executor.version} on ${executor.device}`,
  );
  const { truncated } = training;
  if (truncated > 0) progress.line(`${truncated} of ${training.encoded.length} texts are cut at the longest input`);
}

/** Prints the end of a training stage, and gives what its manifest says of it. */
export function summarize(
  progress: Progress,
  writer: ArtifactWriter,
  result: TrainingResult,
  read: readonly Artifact[],
) {
  const { validation, bestEpoch, steps, trainedTokens, seconds } = result;
  progress.line(
    `best epoch ${bestEpoch}: validation accuracy ${(100 * validation.accuracy).toFixed(2)} % of ${validation.n}; ` +
      `${steps} steps in ${formatDuration(seconds)}, ${Math.round(trainedTokens / seconds)} tokens/s`,
  );
  progress.line(`written to ${relative(process.cwd(), writer.target)}`);
  return {
    versions: { onnxruntime: onnxruntimeCpu.version },
    inputs: read.map((artifact) => join(artifact.folder, 'checksums.txt')),
    metrics: {
      'validation.accuracy': validation.accuracy,
      'validation.loss': validation.loss,
      best_epoch: bestEpoch,
      steps,
      tokens_per_second: trainedTokens / seconds,
    },
  };
}
