import { relative } from 'node:path';
import {
  type Artifact,
  type ArtifactWriter,
  artifactInputs,
  formatDuration,
  type LongTextPolicy,
  type Progress,
  type TrainingConfig,
} from '@retort/shared';
import type { EncodedData } from '../data/encode.ts';
import { longestInput } from '../data/texts.ts';
import type { ChosenEngine } from '../engine/choose.ts';
import type { ModelConfig } from '../model/config.ts';
import { countParameters } from '../model/parameters.ts';
import { frozenParameters } from '../optimizer/parameter-groups.ts';
import { describeLabelRows } from '../training/label-rows.ts';
import type { TrainingResult } from '../training/train.ts';
import type { Calibrated } from './calibrate.ts';
import { collapseWarning, type TrainedModel } from './collapse.ts';

/** Says what is about to be trained, on what. */
export function announce(
  progress: Progress,
  about: {
    config: ModelConfig;
    settings: TrainingConfig;
    texts: EncodedData;
    maxTokens: number;
    longTexts: LongTextPolicy;
    chosen: ChosenEngine;
  },
): void {
  const { config, settings, texts, maxTokens, longTexts, chosen } = about;
  const { train, validation } = texts;
  const parameters = countParameters(config);
  const frozen = frozenParameters(config, settings);
  progress.line(
    `${config.architecture}, ${config.layers} layers of ${config.hidden}, ${millions(parameters)} parameters; ` +
      `${train.labels.length} texts to train, ${validation.labels.length} to validate; ` +
      chosen.description,
  );
  progress.line(`peak learning rate ${settings.learningRate}`);
  if (frozen.size > 0) {
    progress.line(
      `frozen: ${frozenPart(settings.freeze)}; ${millions(countParameters(config, frozen))} of ${millions(parameters)} parameters are trained`,
    );
  }
  const targets = describeLabelRows(config.labels, train.labels, settings);
  if (targets !== undefined) progress.line(targets);
  const long = train.isLong.filter(Boolean).length;
  if (long > 0) {
    progress.line(
      `${long} of ${train.labels.length} texts are longer than ${maxTokens} tokens: ${readingOfLong[longTexts]}`,
    );
  }
}

function frozenPart(freeze: TrainingConfig['freeze']): string {
  if (typeof freeze !== 'number') return 'the embeddings';
  return freeze === 1 ? 'the embeddings and the lowest layer' : `the embeddings and the ${freeze} lowest layers`;
}

function millions(count: number): string {
  return `${(count / 1e6).toFixed(2)} M`;
}

const readingOfLong = {
  head: 'only their beginning is read',
  head_tail: 'only their beginning and end are read',
  windows: 'each epoch reads a random window of them, validation all windows',
} as const satisfies Record<LongTextPolicy, string>;

/** Tokens of the longest input that training and validation read. */
export function longestRead({ train, validation }: EncodedData): number {
  return Math.max(longestInput(train.views(1)), longestInput(validation.windows.flat()));
}

/** Prints the end of a training stage, and gives what its manifest says of it. */
export function summarize(
  progress: Progress,
  writer: ArtifactWriter,
  trained: TrainedModel,
  result: TrainingResult & { readonly calibrated: Calibrated },
  chosen: ChosenEngine,
  read: readonly Artifact[],
  /** sha256 of what was read outside of artifacts. */
  digests: Readonly<Record<string, string>>,
  /** Bytes. */
  estimatedMemory: number,
) {
  const { validation, bestEpoch, steps, trainedTokens, seconds, calibrated } = result;
  progress.line(
    `best epoch ${bestEpoch}: validation accuracy ${(100 * validation.accuracy).toFixed(2)} % of ${validation.n}; ` +
      `${steps} steps in ${formatDuration(seconds)}, ${Math.round(trainedTokens / seconds)} tokens/s`,
  );
  progress.line(calibrated.summary);
  const warning = collapseWarning(validation, trained);
  if (warning !== undefined) progress.line(warning);
  progress.line(`written to ${relative(process.cwd(), writer.target)}`);
  return {
    versions: chosen.versions,
    engine: { name: chosen.name, backend: chosen.backend, choice: chosen.choice, fallback: chosen.fallback?.() },
    inputs: { ...artifactInputs(read), ...digests },
    metrics: {
      'validation.accuracy': validation.accuracy,
      'validation.loss': validation.loss,
      ...calibrated.metrics,
      best_epoch: bestEpoch,
      steps,
      tokens_per_second: trainedTokens / seconds,
      estimated_memory_bytes: estimatedMemory,
      peak_memory_bytes: 1024 * process.resourceUsage().maxRSS,
    },
  };
}
