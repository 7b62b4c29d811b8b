import {
  type Artifact,
  type ArtifactWriter,
  type Experiment,
  type Progress,
  type Tokenizer,
  type TrainingConfig,
  writeArtifact,
} from '@retort/shared';
import { type Model, writeModelFolder } from '../checkpoint/model-folder.ts';
import { type EncodedData, readingOf } from '../data/encode.ts';
import type { ChosenEngine } from '../engine/choose.ts';
import type { LossTerms } from '../losses/losses.ts';
import { announceDeviceMemory } from '../memory/device.ts';
import { announceMemory } from '../memory/estimate.ts';
import type { ModelConfig } from '../model/config.ts';
import { openCheckpoints, withCheckpoints } from '../resume/open.ts';
import { stoppable } from '../resume/stoppable.ts';
import type { Learner } from '../training/learner.ts';
import { type TeacherTargets, train } from '../training/train.ts';
import { calibrate } from './calibrate.ts';
import { randomStartWarning } from './random-start.ts';
import { announce, longestRead, summarize } from './summary.ts';

/** A model that is ready to be trained, and all that its training needs. */
export interface TrainingRun {
  readonly stage: 'finetune' | 'distill';
  readonly chosen: ChosenEngine;
  readonly model: Model;
  readonly tokenizer: Tokenizer;
  readonly texts: EncodedData;
  readonly settings: TrainingConfig;
  readonly losses: LossTerms;
  /** The artifacts that the stage reads, the dataset first. */
  readonly read: readonly Artifact[];
  /** sha256 of the files outside of artifacts that the weights come from. */
  readonly digests: Readonly<Record<string, string>>;
  /** Another model that is in memory beside this one: the teacher. */
  readonly otherModel?: ModelConfig;
  /** What the teacher gives for the training texts, where the loss asks for it. */
  readonly teacher?: () => Promise<TeacherTargets>;
}

/**
 * What both training stages have in common: says what is about to happen, trains with checkpoints every so many minutes,
 * writes the model's folder.
 */
export async function runTraining(
  experiment: Experiment,
  progress: Progress,
  run: TrainingRun,
  minutes: number,
): Promise<void> {
  const { stage, chosen, model, tokenizer, texts, settings, read } = run;
  const { config, parameters } = model;
  const { seed } = experiment.config;
  const estimatedMemory = announceRun(experiment, progress, run);
  const checkpoints = openCheckpoints(experiment, stage, {
    config,
    parameters,
    artifacts: read,
    train: texts.train,
    validation: texts.validation,
    engine: chosen.description,
    minutes,
    progress,
  });

  const write = async (writer: ArtifactWriter) => {
    const teacher = await run.teacher?.();
    const learner = await learnerFor(experiment, run);
    const result = await stoppable(writer, `${stage} ${experiment.name}`, checkpoints, (stop) =>
      train({
        model,
        learner,
        train: texts.train,
        teacher,
        validation: texts.validation,
        settings,
        padId: tokenizer.padId,
        seed,
        progress,
        metrics: writer.metrics,
        checkpoints,
        stop,
      }).finally(() => teacher?.close()),
    );
    await learner.close();
    const calibrated = calibrate({
      logits: result.validationLogits,
      labels: texts.validation.labels,
      tokens: texts.validation.tokens,
      labelNames: config.labels,
      sha256: run.read[0].manifest.outputs['validation.parquet'],
    });
    const { calibration } = calibrated;
    const trained = { experiment: experiment.name, stage, labelNames: config.labels };
    await writeModelFolder(writer, { config, parameters: result.parameters }, tokenizer, {
      dropout: settings.dropout,
      settings: { ...readingOf(experiment.config), calibration },
    });
    await writer.commit(
      summarize(progress, writer, trained, { ...result, calibrated }, chosen, read, run.digests, estimatedMemory),
    );
  };
  await withCheckpoints(checkpoints, () => writeArtifact(experiment, stage, write));
}

/** Says what is about to be trained, and the memory that it will take, which is returned in bytes. */
export function announceRun({ config }: Experiment, progress: Progress, run: TrainingRun): number {
  const { stage, chosen, model, texts, settings, losses, otherModel } = run;
  const { maxTokens, longTexts } = config;
  announce(progress, { config: model.config, settings, texts, maxTokens, longTexts, chosen });
  const warning = randomStartWarning(stage, config, model.config, texts.train.labels.length);
  if (warning !== undefined) progress.line(warning);
  const longestText = longestRead(texts);
  const byOpenVino = chosen.backend === 'openvino';
  const question = { config: model.config, losses, settings, maxTokens, longestText, otherModel, byOpenVino };
  if (chosen.backend === 'webgpu') announceDeviceMemory(progress, question);
  return announceMemory(progress, question, stage === 'finetune' ? 'teacher.training' : 'student.training');
}

export function learnerFor({ config }: Experiment, { chosen, model, losses, settings }: TrainingRun): Promise<Learner> {
  const { maxTokens, seed } = config;
  const { batchSize, dropout } = settings;
  return chosen.createLearner({ ...model, losses, dropout, seed, batchSize, maxTokens }, settings);
}
