import { join, relative } from 'node:path';
import { type Artifact, type ArtifactWriter, formatDuration, type Progress, type TrainingConfig } from '@retort/shared';
import type { LabelledSplit } from '../data/encode.ts';
import type { ChosenEngine } from '../engine/choose.ts';
import type { ModelConfig } from '../model/config.ts';
import { countParameters } from '../model/parameters.ts';
import { frozenParameters } from '../optimizer/parameter-groups.ts';
import type { TrainingResult } from '../training/train.ts';

/** Says what is about to be trained, on what. */
export function announce(
  progress: Progress,
  about: {
    config: ModelConfig;
    settings: TrainingConfig;
    training: LabelledSplit;
    validation: LabelledSplit;
    chosen: ChosenEngine;
  },
): void {
  const { config, settings, training, validation, chosen } = about;
  const parameters = countParameters(config);
  const frozen = frozenParameters(config, settings);
  progress.line(
    `${config.architecture}, ${config.layers} layers of ${config.hidden}, ${millions(parameters)} parameters; ` +
      `${training.encoded.length} texts to train, ${validation.encoded.length} to validate; ` +
      chosen.description,
  );
  if (frozen.size > 0) {
    progress.line(
      `frozen: ${frozenPart(settings.freeze)}; ${millions(countParameters(config, frozen))} of ${millions(parameters)} parameters are trained`,
    );
  }
  const { truncated } = training;
  if (truncated > 0) progress.line(`${truncated} of ${training.encoded.length} texts are cut at the longest input`);
}

function frozenPart(freeze: TrainingConfig['freeze']): string {
  if (typeof freeze !== 'number') return 'the embeddings';
  return freeze === 1 ? 'the embeddings and the lowest layer' : `the embeddings and the ${freeze} lowest layers`;
}

function millions(count: number): string {
  return `${(count / 1e6).toFixed(2)} M`;
}

/** Tokens of the longest text of some splits. */
export function longestText(splits: readonly LabelledSplit[]): number {
  return splits.reduce((longest, { encoded }) => encoded.reduce((n, ids) => Math.max(n, ids.length), longest), 0);
}

/** Prints the end of a training stage, and gives what its manifest says of it. */
export function summarize(
  progress: Progress,
  writer: ArtifactWriter,
  result: TrainingResult,
  chosen: ChosenEngine,
  read: readonly Artifact[],
  /** Bytes. */
  estimatedMemory: number,
) {
  const { validation, bestEpoch, steps, trainedTokens, seconds } = result;
  progress.line(
    `best epoch ${bestEpoch}: validation accuracy ${(100 * validation.accuracy).toFixed(2)} % of ${validation.n}; ` +
      `${steps} steps in ${formatDuration(seconds)}, ${Math.round(trainedTokens / seconds)} tokens/s`,
  );
  progress.line(`written to ${relative(process.cwd(), writer.target)}`);
  return {
    versions: chosen.versions,
    engine: { name: chosen.name, backend: chosen.backend },
    inputs: read.map((artifact) => join(artifact.folder, 'checksums.txt')),
    metrics: {
      'validation.accuracy': validation.accuracy,
      'validation.loss': validation.loss,
      best_epoch: bestEpoch,
      steps,
      tokens_per_second: trainedTokens / seconds,
      estimated_memory_bytes: estimatedMemory,
      peak_memory_bytes: 1024 * process.resourceUsage().maxRSS,
    },
  };
}
